using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres;
using MetricsCollector.Storage.Postgres.Maintenance;
using MetricsCollector.Storage.Postgres.Partitions;
using MetricsCollector.Storage.Postgres.Read;
using MetricsCollector.Storage.Postgres.Schema;
using MetricsCollector.Storage.Postgres.Write;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>A private server with an empty store.</summary>
internal sealed class BenchmarkStore : IAsyncDisposable
{
    private readonly IAsyncDisposable _server;

    private BenchmarkStore(IAsyncDisposable server, string connectionString)
    {
        _server = server;
        Source = StoreConnectionString.CreateDataSource(connectionString);
        Partitions = new PartitionKeeper(Source, TimeProvider.System);
        Packer = new HistoryPacker(Source, Partitions, TimeProvider.System);
        Writer = new PostgresSnapshotWriter(
            Source, Partitions, new StoreStatus(TimeProvider.System), NullLogger<PostgresSnapshotWriter>.Instance);
        Reader = new PostgresSnapshotReader(Source);
    }

    public NpgsqlDataSource Source { get; }

    public PartitionKeeper Partitions { get; }

    public HistoryPacker Packer { get; }

    public PostgresSnapshotWriter Writer { get; }

    public PostgresSnapshotReader Reader { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="warm">
    /// Whether all that is measured is to fit into the server's own memory. Not where sizes are measured: hot tables take more bytes then.
    /// </param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<BenchmarkStore> StartAsync(bool warm, CancellationToken cancellationToken)
    {
        var settings = warm ? new Dictionary<string, string> { ["shared_buffers"] = "512MB", ["max_wal_size"] = "4GB" } : [];
        var options = new LocalServerOptions { Settings = settings };
        var server = await LocalServer.StartAsync(options, cancellationToken);
        var store = new BenchmarkStore(server, server.ConnectionString());
        await store.PrepareAsync(false, cancellationToken);
        return store;
    }

    /// <summary>A store in a database that is there.</summary>
    /// <param name="database">What is disposed of with it.</param>
    /// <param name="connectionString">Where it is.</param>
    /// <param name="distributed">Whether Citus spreads its tables.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<BenchmarkStore> OverAsync(
        IAsyncDisposable database, string connectionString, bool distributed, CancellationToken cancellationToken)
    {
        var store = new BenchmarkStore(database, connectionString);
        await store.PrepareAsync(distributed, cancellationToken);
        return store;
    }

    private Task<int> PrepareAsync(bool distributed, CancellationToken cancellationToken) => new PostgresSchema(
        Source, Options.Create(new StorageOptions { Distributed = distributed }), NullLogger<PostgresSchema>.Instance)
            .EnsureAsync(cancellationToken);

    /// <summary>All tables of the store with their indexes and what TOAST holds.</summary>
    public async Task<long> BytesAsync(CancellationToken cancellationToken) =>
        (await new StoreSizeQuery(Source, Partitions).ReadAsync(
            new RetentionPolicy(new(TimeSpan.FromDays(30)), new Dictionary<string, Duration>()),
            TimeSpan.FromHours(2),
            cancellationToken)).Bytes;

    /// <summary>Runs SQL beside the store's own.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A number that SQL computes.</summary>
    public async Task<long> NumberAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await Source.DisposeAsync();
        await _server.DisposeAsync();
    }
}
