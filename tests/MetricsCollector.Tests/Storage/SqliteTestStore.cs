using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite.Maintenance;
using MetricsCollector.Storage.Sqlite.Read;
using MetricsCollector.Storage.Sqlite.Schema;
using MetricsCollector.Storage.Sqlite.Write;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsCollector.Tests.Storage;

/// <summary>The parts of the SQLite store over one file with its schema.</summary>
internal sealed class SqliteTestStore : IContractStore, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<SqliteSnapshotWriter> _writers = [];

    public SqliteTestStore()
    {
        File = new SqliteFile(_directory.File("below/store.db"));
        new SqliteSchema(File).Ensure();
        Reader = new SqliteSnapshotReader(File);
    }

    public SqliteFile File { get; }

    public ISnapshotReader Reader { get; }

    public StoreStatus Status { get; } = new(TimeProvider.System);

    public ISnapshotWriter NewWriter()
    {
        var writer = new SqliteSnapshotWriter(File, Status, NullLogger<SqliteSnapshotWriter>.Instance);
        _writers.Add(writer);
        return writer;
    }

    public Task KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken) =>
        Task.FromResult(new SqliteRetention(File).Remove(policy, TimeProvider.System.GetUtcNow(), cancellationToken));

    public async Task<IReadOnlyList<Snapshot>> ReadAsync() => await Reader.ReadSnapshotsAsync(
        new SnapshotRange(
            new SeriesFilter(), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, false, 10_000), TestContext.Current.CancellationToken);

    public void Execute(string sql)
    {
        using var connection = File.OpenWriter();
        connection.Execute(sql);
    }

    public T Scalar<T>(string sql)
    {
        using var connection = File.OpenReader();
        return connection.ExecuteScalar<T>(sql)!;
    }

    public void Dispose()
    {
        _writers.ForEach(writer => writer.Dispose());
        _directory.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
