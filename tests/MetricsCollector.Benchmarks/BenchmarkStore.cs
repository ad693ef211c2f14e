using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Benchmarks;

/// <summary>A private server with an empty store.</summary>
internal sealed class BenchmarkStore : IAsyncDisposable
{
    private readonly LocalServer _server;

    private BenchmarkStore(LocalServer server)
    {
        _server = server;
        Source = StoreConnectionString.CreateDataSource(server.ConnectionString());
        Partitions = new PartitionKeeper(Source, TimeProvider.System);
        Packer = new HistoryPacker(Source, Partitions, TimeProvider.System);
        Writer = new PostgresSnapshotWriter(Source, Partitions, new StoreStatus(TimeProvider.System), NullLogger<PostgresSnapshotWriter>.Instance);
        Reader = new PostgresSnapshotReader(Source);
    }

    public NpgsqlDataSource Source { get; }

    public PartitionKeeper Partitions { get; }

    public HistoryPacker Packer { get; }

    public PostgresSnapshotWriter Writer { get; }

    public PostgresSnapshotReader Reader { get; }

    public static async Task<BenchmarkStore> StartAsync(CancellationToken cancellationToken)
    {
        var store = new BenchmarkStore(await LocalServer.StartAsync(cancellationToken: cancellationToken));
        await new PostgresSchema(store.Source, NullLogger<PostgresSchema>.Instance).EnsureAsync(cancellationToken);
        return store;
    }

    /// <summary>All tables of the store with their indexes and what TOAST holds.</summary>
    public async Task<long> BytesAsync(CancellationToken cancellationToken) =>
        (await new StoreSizeQuery(Source, Partitions).ReadAsync(new RetentionPolicy(new(TimeSpan.FromDays(30)), new Dictionary<string, Duration>()), cancellationToken)).Bytes;

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await Source.DisposeAsync();
        await _server.DisposeAsync();
    }
}
