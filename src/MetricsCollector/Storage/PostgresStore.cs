using System.Globalization;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres;

namespace MetricsCollector.Storage;

/// <summary>The store on PostgreSQL.</summary>
internal sealed class PostgresStore(PostgresSnapshotWriter writer, PostgresSchema schema, PartitionKeeper partitions) : IStore
{
    /// <inheritdoc />
    public bool CanBeAway => true;

    /// <inheritdoc />
    public async Task<int> PrepareAsync(CancellationToken cancellationToken)
    {
        var version = await schema.EnsureAsync(cancellationToken);
        await partitions.CreateAheadAsync(cancellationToken);
        return version;
    }

    /// <inheritdoc />
    public ValueTask WriteAsync(IReadOnlyList<CollectionPass> passes, CancellationToken cancellationToken) => writer.WriteAsync(passes, cancellationToken);

    /// <inheritdoc />
    public async Task<string?> KeepAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        await partitions.CreateAheadAsync(cancellationToken);
        var dropped = await partitions.DropExpiredAsync(retention, cancellationToken);
        return dropped == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{dropped} partitions");
    }
}
