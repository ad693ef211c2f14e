using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

/// <summary>What every store does, whatever keeps its rows.</summary>
public abstract partial class SnapshotStoreContract : IAsyncLifetime
{
    private static readonly string[] NoFields = [];
    private static readonly string[] OneField = ["value"];

    private IContractStore _store = null!;
    private ISnapshotWriter _writer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ISnapshotReader Reader => _store.Reader;

    public async ValueTask InitializeAsync()
    {
        _store = await CreateStoreAsync();
        _writer = _store.NewWriter();
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes an empty store.</summary>
    protected abstract Task<IContractStore> CreateStoreAsync();

    [Fact]
    public async Task A_snapshot_comes_back_as_it_was_written()
    {
        var row = new SnapshotRow(
            Labels(("datname", "Зоо \"1\" \\ '"), ("usename", "")),
            [1.5, null, double.NaN, double.PositiveInfinity, -0.1],
            new Dictionary<string, string> { ["query"] = "SELECT '{\"a\": 1}'\n" });
        var snapshot = Snapshot("database", ["a", "b", "c", "d", "e"], row, Row("app", 1, 2, 3, 4, 9_007_199_254_740_993)) with
        {
            Outcome = Outcome.Partial("column x is missing"),
            Duration = TimeSpan.FromMicroseconds(1_234_567),
            RowsLeftOut = 7,
        };
        await WriteAsync(Collected("a", Noon, snapshot));

        var read = Assert.Single(await ReadAsync());
        Assert.Equal(("a", "database", Noon), (read.Target, read.Metric, read.CollectedAt));
        Assert.Equal((snapshot.Outcome, snapshot.Duration, 7), (read.Outcome, read.Duration, read.RowsLeftOut));
        Assert.Equal(snapshot.Fields, read.Fields);
        Assert.Equal(snapshot.Rows.Select(one => one.Labels), read.Rows.Select(one => one.Labels));
        Assert.Equal(snapshot.Rows.Select(one => one.Readings), read.Rows.Select(one => one.Readings));
        Assert.Equal(row.Attributes, read.Rows[0].Attributes);
        Assert.Null(read.Rows[1].Attributes);
    }

    [Fact]
    public async Task Writing_a_collection_again_changes_nothing()
    {
        var collection = Collected("a", Noon, Value("up", 1));
        await WriteAsync(collection);
        await WriteAsync(collection);
        await _store.NewWriter().WriteAsync([collection], Cancellation);
        await WriteAsync(collection, Collected("a", Noon.AddMinutes(1), Value("up", 2)));

        Assert.Equal([1, 2], (await ReadAsync()).Select(ValueOf));
        Assert.Equal([(Noon, 1), (Noon.AddMinutes(1), 2)], await SamplesAsync("up", Noon, Noon.AddHours(1)));
    }

    [Fact]
    public async Task A_collection_that_comes_twice_in_one_batch_is_stored_once()
    {
        var collection = Collected("a", Noon, Value("up", 1));
        await WriteAsync(collection, collection);
        Assert.Single(await ReadAsync());
        Assert.Single(await Reader.ReadCollectionsAsync(null, null, 10, Cancellation));
    }

    [Fact]
    public async Task Collections_of_many_hours_and_days_fit_in_one_batch()
    {
        CollectionRun[] collections = [.. Enumerable.Range(0, 30).Select(i => Collected("a", Noon.AddHours(7 * i), Value("up", i)))];
        await WriteAsync(collections);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (double?)i), (await ReadAsync()).Select(ValueOf));
    }

    [Fact]
    public async Task Two_writers_at_once_agree_on_new_targets_metrics_fields_and_series()
    {
        var other = _store.NewWriter();
        for (var round = 0; round < 10; round++)
        {
            var at = Noon.AddMinutes(round);
            await Task.WhenAll(
                _writer.WriteAsync([Collected($"t{round}", at, Wide(round, ["a", "b", $"left{round}"]))], Cancellation).AsTask(),
                other.WriteAsync([Collected($"t{round}", at.AddMilliseconds(1), Wide(round, ["b", $"right{round}", "a"]))], Cancellation)
                    .AsTask());
        }

        foreach (var snapshot in await ReadAsync())
        {
            Assert.Equal(50, snapshot.Rows.Count);
            var (a, b) = (snapshot.Fields.ToList().IndexOf("a"), snapshot.Fields.ToList().IndexOf("b"));
            var own = snapshot.Fields.ToList().FindIndex(name => name.StartsWith(
                snapshot.CollectedAt.Millisecond == 0 ? "left" : "right", StringComparison.Ordinal));
            Assert.All(snapshot.Rows, row => Assert.Equal((1, 2), (row.Readings[a], row.Readings[b])));
            Assert.True(own >= 0);
        }

        var series = await Reader.FindSeriesAsync(new SeriesFilter(), 0, 10_000, Cancellation);
        Assert.Equal(500, series.Count);
        Assert.Equal(500, series.Select(one => one.Key).Distinct().Count());

        static Snapshot Wide(int round, string[] fields) => Snapshot(
            "m",
            fields,
            [.. Enumerable.Range(0, 50)
                .Select(i => Row($"db{round}_{i}", [.. fields.Select(name => (double?)(name == "a" ? 1 : name == "b" ? 2 : 3))]))]);
    }

    [Fact]
    public async Task A_field_that_comes_later_is_null_before_and_those_that_left_are_null_after()
    {
        await WriteAsync(Collected("a", Noon, Snapshot("m", ["old", "both"], Row("x", 1, 2))));
        await WriteAsync(Collected("a", Noon.AddMinutes(1), Snapshot("m", ["new", "both"], Row("x", 3, 4))));

        var read = await ReadAsync();
        Assert.All(read, snapshot => Assert.Equal(["old", "both", "new"], snapshot.Fields));
        Assert.Equal([1, 2, null], read[0].Rows[0].Readings);
        Assert.Equal([null, 4, 3], read[1].Rows[0].Readings);
    }

    [Fact]
    public async Task Late_collections_are_stored_among_the_others()
    {
        await WriteAsync(Collected("a", Noon, Value("up", 2)));
        await WriteAsync(Collected("a", Noon.AddDays(-40), Value("up", 1)));
        Assert.Equal([1, 2], (await ReadAsync()).Select(ValueOf));
    }

    [Fact]
    public async Task Rows_that_cannot_be_told_apart_are_kept_once()
    {
        await WriteAsync(Collected("a", Noon, Snapshot("m", OneField, Row("x", 1), Row("x", 2), Row("y", 3))));
        Assert.Equal([1, 3], Assert.Single(await ReadAsync()).Rows.Select(row => row.Readings[0]));
    }

    [Fact]
    public async Task A_row_with_labels_beyond_measure_is_left_out_and_costs_no_other()
    {
        await WriteAsync(Collected("a", Noon, Snapshot("m", OneField, Row(new string('я', 1_100), 1), Row(new string('x', 1_900), 2))));
        Assert.Equal([2], Assert.Single(await ReadAsync()).Rows.Select(row => row.Readings[0]));
    }

    private static double? ValueOf(Snapshot snapshot) => Assert.Single(snapshot.Rows).Readings[0];

    private async Task WriteAsync(params CollectionRun[] collections) => await _writer.WriteAsync(collections, Cancellation);

    private Task<IReadOnlyList<Snapshot>> ReadAsync(
        SeriesFilter? filter = null, DateTimeOffset? from = null, DateTimeOffset? to = null, bool descending = false, int limit = 1_000,
        SnapshotPosition? after = null) =>
        Reader.ReadSnapshotsAsync(
            new SnapshotRange(
                filter ?? new SeriesFilter(), from ?? Noon.AddYears(-1), to ?? Noon.AddYears(1), descending, limit, after), Cancellation);

    private async Task<List<(DateTimeOffset, double?)>> SamplesAsync(
        string metric, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack = default)
    {
        var series = await ReadSamplesAsync(new SeriesFilter(null, metric), OneField, from, to, lookBack);
        return [.. Assert.Single(series).Samples.Select(sample => (sample.At, sample.Value))];
    }

    private async Task<List<SeriesSamples>> ReadSamplesAsync(
        SeriesFilter filter, IReadOnlyList<string> fields, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack = default)
    {
        var series = new List<SeriesSamples>();
        await foreach (var one in Reader.ReadSamplesAsync(filter, fields, from, to, lookBack, Cancellation))
        {
            series.Add(one);
        }

        return series;
    }
}
