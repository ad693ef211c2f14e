using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite.Maintenance;
using MetricsCollector.Storage.Sqlite.Read;
using MetricsCollector.Storage.Sqlite.Schema;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

/// <summary>What only the SQLite store does: its file, its schema, its retention.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SqliteStoreTests : IDisposable
{
    private readonly SqliteTestStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_file_of_a_newer_program_is_refused()
    {
        _store.Execute("PRAGMA user_version = 99");
        var refused = Assert.Throws<SchemaTooNewException>(() => new SqliteSchema(_store.File).Ensure());
        Assert.Equal(99, refused.StoreVersion);
    }

    [Fact]
    public void Making_the_schema_again_changes_nothing()
    {
        var version = new SqliteSchema(_store.File).Ensure();
        Assert.Equal(version, new SqliteSchema(_store.File).Ensure());
        Assert.Equal("wal", _store.Scalar<string>("PRAGMA journal_mode"));
        Assert.Equal(2, _store.Scalar<int>("PRAGMA auto_vacuum"));
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_named_with_the_remedy()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("taken"), "not a directory");
        var away = Assert.Throws<StoreUnavailableException>(
            () => new SqliteSchema(new SqliteFile(directory.File("taken/store.db"))).Ensure());
        Assert.Contains(directory.File("taken/store.db"), away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named_with_the_remedy()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("store.db"), new string('x', 5_000), Cancellation);
        var broken = Assert.Throws<StoreUnavailableException>(() => new SqliteSchema(new SqliteFile(directory.File("store.db"))).Ensure());
        Assert.Contains("move it away", broken.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => new SqliteSnapshotReader(new SqliteFile(directory.File("none.db"))).ReadLatestAsync(Cancellation));
    }

    [Fact]
    public async Task A_file_that_was_removed_is_no_place_to_write_to()
    {
        var writer = _store.NewWriter();
        await writer.WriteAsync([Collected("a", Noon, Value("up", 1))], Cancellation);
        File.Delete(_store.File.Path);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => writer.WriteAsync([Collected("a", Noon.AddMinutes(1), Value("up", 2))], Cancellation).AsTask());
    }

    [Fact]
    public async Task Retention_removes_what_is_older_and_keeps_the_rest()
    {
        var writer = _store.NewWriter();
        await writer.WriteAsync(
            [.. Enumerable.Range(0, 2_500).Select(i => Collected(
                "a", Noon.AddMinutes(i), Snapshot("m", ["value"], Row("x", i), Row(i < 500 ? "gone" : "y", i))))], Cancellation);

        var removed = RemoveBefore(Noon.AddMinutes(1_400));
        Assert.Equal(3 * 1_400, removed);
        var kept = await _store.ReadAsync();
        Assert.Equal(Enumerable.Range(1_400, 1_100).Select(i => Noon.AddMinutes(i)), kept.Select(snapshot => snapshot.CollectedAt));
        Assert.All(kept, snapshot => Assert.Equal(2, snapshot.Rows.Count));
        var series = await _store.Reader.FindSeriesAsync(new SeriesFilter(), 0, 10, Cancellation);
        Assert.Equal(["x", "y"], series.Select(one => one.Key.Labels["datname"]));
        Assert.All(series, one => Assert.Equal(Noon.AddMinutes(1_400), one.FirstSeen));
        Assert.Equal(0, RemoveBefore(Noon.AddMinutes(1_400)));
    }

    [Fact]
    public async Task Space_that_retention_frees_is_given_back()
    {
        var row = Enumerable.Range(0, 60).Select(i => (double?)(i / 7.0)).ToArray();
        var writer = _store.NewWriter();
        await writer.WriteAsync(
            [.. Enumerable.Range(0, 20).Select(i => Collected(
                "a",
                Noon.AddMinutes(i),
                Snapshot("m", [.. row.Select((_, f) => $"f{f}")], [.. Enumerable.Range(0, 200).Select(r => Row($"db{r}", row))])))],
            Cancellation);
        var before = _store.Scalar<long>("PRAGMA page_count");
        RemoveBefore(Noon.AddDays(1));
        Assert.InRange(_store.Scalar<long>("PRAGMA page_count"), 1, before / 4);
    }

    [Fact]
    public async Task A_series_that_retention_removed_is_made_again_by_a_writer_that_knew_it()
    {
        var writer = _store.NewWriter();
        await writer.WriteAsync([Collected("a", Noon, Value("up", 1))], Cancellation);
        RemoveBefore(Noon.AddHours(1));
        await writer.WriteAsync([Collected("a", Noon.AddHours(2), Value("up", 2))], Cancellation);
        Assert.Equal(2, Assert.Single(await _store.ReadAsync()).Rows[0].Readings[0]);
    }

    [Fact]
    public async Task Plain_SQL_tells_which_series_exist_and_how_metrics_ended()
    {
        await _store.NewWriter().WriteAsync([Collected("a", Noon, Value("up", 1), Without("io", Outcome.Failed("gone")))], Cancellation);
        Assert.Equal(
            "a/up 2025-06-01T12:00:00.000Z", _store.Scalar<string>("SELECT target || '/' || metric || ' ' || last_seen FROM series_seen"));
        Assert.Equal("failed: gone", _store.Scalar<string>("SELECT outcome || ': ' || reason FROM outcomes WHERE metric = 'io'"));
    }

    [Fact]
    public async Task The_size_of_the_file_and_what_it_comes_to_are_measured()
    {
        var size = new SqliteSize(_store.File);
        var policy = new RetentionPolicy(
            new Duration(TimeSpan.FromDays(10)), new Dictionary<string, Duration> { ["b"] = new(TimeSpan.FromDays(1)) });
        Assert.Equal((null, null), (size.Read(policy).OldestAt, size.Read(policy).BytesPerSample));
        await _store.NewWriter().WriteAsync(
            [.. Enumerable.Range(0, 1_000).Select(i => Collected(
                "a", Noon.AddMinutes(i), Snapshot("a", ["x", "y"], Row("x", i, i)), Snapshot("b", ["z"], Row("x", i))))], Cancellation);
        var full = size.Read(policy);
        Assert.Equal((Noon, _store.Scalar<long>("PRAGMA page_count") * 4096), (full.OldestAt!.Value, full.Bytes));
        Assert.InRange(full.BytesPerSample!.Value * 3_000, full.Bytes * 0.9, full.Bytes * 1.1);
        Assert.InRange(full.BytesPerDay!.Value, full.BytesPerSample.Value * 3 * 1_430, full.BytesPerSample.Value * 3 * 1_450);

        // Two of three samples are kept for ten days, the third for one.
        Assert.InRange(full.ForecastBytes!.Value, full.BytesPerDay.Value * 6.9, full.BytesPerDay.Value * 7.1);
    }

    // A retention that ends at an instant, now.
    private long RemoveBefore(DateTimeOffset oldest) =>
        new SqliteRetention(_store.File).Remove(
            new RetentionPolicy(new Duration(TimeSpan.FromDays(1)), new Dictionary<string, Duration>()), oldest.AddDays(1), Cancellation);
}
