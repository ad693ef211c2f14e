using System.Globalization;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Postgres.Partitions;
using MetricsCollector.Storage.Postgres.Schema;
using MetricsCollector.Storage.Postgres.Write;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>The store on PostgreSQL.</summary>
internal sealed class PostgresStore(
    PostgresSnapshotWriter writer,
    PostgresSchema schema,
    PartitionKeeper partitions,
    StoreUpkeep upkeep,
    [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource source) : IStore
{
    /// <inheritdoc />
    public bool IsRemote => true;

    /// <inheritdoc />
    public string Place { get; } = PlaceOf(source);

    /// <inheritdoc />
    public int ProgramVersion => schema.ProgramVersion;

    /// <inheritdoc />
    public Task<int> FindAsync(CancellationToken cancellationToken) => schema.FindAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<int> PrepareAsync(CancellationToken cancellationToken)
    {
        var version = await schema.EnsureAsync(cancellationToken);
        await partitions.CreateAheadAsync(cancellationToken);
        return version;
    }

    /// <inheritdoc />
    public async ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        try
        {
            await writer.WriteAsync(collections, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // Sessions keep the settings they started with, such as being read-only: what mends the store may reach only new ones.
            source.Clear();
            throw;
        }
    }

    /// <inheritdoc />
    public Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) => StoreFailure.GuardAsync(async () =>
    {
        await using var command = source.CreateCommand("SELECT pg_catalog.clock_timestamp()");
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime clock ? new DateTimeOffset(clock) : (DateTimeOffset?)null;
    });

    /// <inheritdoc />
    public async Task<string?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var done = await StoreFailure.GuardAsync(() => upkeep.RunAsync(policy, cancellationToken));
        return done is { Dropped: 0, RemovedRows: 0, RemovedSeries: 0 }
            ? null
            : string.Create(
                CultureInfo.InvariantCulture, $"{done.Dropped} partitions, {done.RemovedRows} other rows and {done.RemovedSeries} series");
    }

    private static string PlaceOf(NpgsqlDataSource source)
    {
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        var port = settings.Host!.Contains(':', StringComparison.Ordinal) || settings.Host.StartsWith('/')
            ? string.Empty
            : $":{settings.Port}";
        return $"PostgreSQL {settings.Host}{port}, database {settings.Database ?? settings.Username}";
    }
}
