using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
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

namespace MetricsCollector.Tests.Storage;

/// <summary>The parts of the PostgreSQL store over one database with its schema.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private TestStore(string connectionString, TimeProvider time, bool distributed)
    {
        ConnectionString = connectionString;
        Source = StoreConnectionString.CreateDataSource(connectionString);
        Time = time;
        Status = new StoreStatus(time);
        Schema = new PostgresSchema(
            Source, Options.Create(new StorageOptions { Distributed = distributed }), NullLogger<PostgresSchema>.Instance);
        Partitions = new PartitionKeeper(Source, time);
        Packer = new HistoryPacker(Source, Partitions, time);
        Upkeep = new StoreUpkeep(
            Source, Partitions, new MetricExpiry(Source, Partitions, time), Packer, Options.Create(new StorageOptions()), Status, time);
        Writer = NewWriter();
        Reader = new PostgresSnapshotReader(Source);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public TimeProvider Time { get; }

    public StoreStatus Status { get; }

    public PostgresSchema Schema { get; }

    public PartitionKeeper Partitions { get; }

    public HistoryPacker Packer { get; }

    public StoreUpkeep Upkeep { get; }

    public PostgresSnapshotWriter Writer { get; }

    public PostgresSnapshotReader Reader { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A store in a new database, or in a copy of one that nobody is connected to.</summary>
    public static async Task<TestStore> CreateAsync(PostgresFixture postgres, TimeProvider? time = null, TestDatabase? original = null)
    {
        var database = await (original is null ? postgres.CreateDatabaseAsync() : postgres.CopyDatabaseAsync(original));
        var store = new TestStore(database.ConnectionString, time ?? TimeProvider.System, false);
        store._owned.Add(database);
        await store.Schema.EnsureAsync(Cancellation);
        return store;
    }

    /// <summary>A store in a new database of a Citus cluster; skips the test where none is named.</summary>
    public static async Task<TestStore> CreateDistributedAsync()
    {
        var database = await CreateCitusDatabaseAsync();
        var store = new TestStore(database.ConnectionString, TimeProvider.System, true);
        store._owned.Add(database);
        await store.Schema.EnsureAsync(Cancellation);
        return store;
    }

    /// <summary>A new, empty database of a Citus cluster; skips the test where none is named.</summary>
    public static async Task<CitusDatabase> CreateCitusDatabaseAsync()
    {
        Assert.SkipWhen(
            CitusDatabase.Coordinator is null,
            $"Set {CitusDatabase.Variable} to the connection string of a superuser of a Citus coordinator.");
        return await CitusDatabase.CreateAsync(CitusDatabase.Coordinator!, Cancellation);
    }

    /// <summary>A store over a database that may have anything in it.</summary>
    public static TestStore Over(string connectionString, TimeProvider? time = null, bool distributed = false) =>
        new(connectionString, time ?? TimeProvider.System, distributed);

    /// <summary>A writer with nothing in its memory, as of another collector.</summary>
    public PostgresSnapshotWriter NewWriter()
    {
        var writer = new PostgresSnapshotWriter(
            Source, new PartitionKeeper(Source, Time), Status, NullLogger<PostgresSnapshotWriter>.Instance);
        _owned.Insert(0, writer);
        return writer;
    }

    public async Task WriteAsync(params CollectionRun[] collections) => await Writer.WriteAsync(collections, Cancellation);

    public async Task<IReadOnlyList<Snapshot>> ReadAsync(SeriesFilter? filter = null) => await Reader.ReadSnapshotsAsync(
        new SnapshotRange(filter ?? new SeriesFilter(), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, false, 1_000), Cancellation);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await Source.OpenConnectionAsync(Cancellation);
        await connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: Cancellation));
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await Source.OpenConnectionAsync(Cancellation);
        return (await connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, cancellationToken: Cancellation)))!;
    }

    public async Task<IReadOnlyList<T>> ColumnAsync<T>(string sql)
    {
        await using var connection = await Source.OpenConnectionAsync(Cancellation);
        return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, cancellationToken: Cancellation))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _owned.OfType<PostgresSnapshotWriter>())
        {
            await writer.DisposeAsync();
        }

        await Source.DisposeAsync();
        foreach (var database in _owned.Where(one => one is not PostgresSnapshotWriter))
        {
            await database.DisposeAsync();
        }
    }
}
