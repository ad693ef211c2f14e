using System.Globalization;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Sqlite.Schema;
using MetricsCollector.Storage.Sqlite.Write;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Sqlite.Maintenance;

/// <summary>The store in an SQLite file: what the service uses when no other is named.</summary>
internal sealed class SqliteStore(
    SqliteSnapshotWriter writer, SqliteSchema schema, SqliteRetention expired, SqliteSize size, StoreStatus status, TimeProvider time)
    : IStore
{
    /// <inheritdoc />
    public bool IsRemote => false;

    /// <inheritdoc />
    public string Place => schema.Place;

    /// <inheritdoc />
    public int ProgramVersion => schema.ProgramVersion;

    /// <inheritdoc />
    public Task<int> FindAsync(CancellationToken cancellationToken) => Task.FromResult(schema.Find());

    /// <inheritdoc />
    public Task<int> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult(schema.Ensure());

    /// <inheritdoc />
    public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken) =>
        writer.WriteAsync(collections, cancellationToken);

    /// <inheritdoc />
    public Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    /// <inheritdoc />
    public Task<string?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var removed = expired.Remove(policy, time.GetUtcNow(), cancellationToken);
        status.Measured(size.Read(policy));
        return Task.FromResult(removed == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{removed} rows"));
    }
}
