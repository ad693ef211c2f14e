using MetricsCollector.Snapshots;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

// Samples, the latest, series and collections.
public abstract partial class SnapshotStoreContract
{
    [Fact]
    public async Task Samples_are_those_of_the_range_and_the_one_before_it()
    {
        await WriteAsync([.. Enumerable.Range(0, 10).Select(i => Collected("a", Noon.AddMinutes(i), Value("up", i == 4 ? null : i)))]);
        Assert.Equal(
            [(Noon.AddMinutes(2), 2), (Noon.AddMinutes(3), 3), (Noon.AddMinutes(4), null), (Noon.AddMinutes(5), 5)],
            await SamplesAsync("up", Noon.AddMinutes(3), Noon.AddMinutes(5), TimeSpan.FromMinutes(3)));
        Assert.Equal(
            [(Noon.AddMinutes(3), 3), (Noon.AddMinutes(4), null), (Noon.AddMinutes(5), 5)],
            await SamplesAsync("up", Noon.AddMinutes(3), Noon.AddMinutes(5), TimeSpan.FromSeconds(59)));
        Assert.Equal(
            [(Noon.AddMinutes(9), 9)],
            await SamplesAsync("up", Noon.AddMinutes(15), Noon.AddMinutes(20), TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task Samples_come_series_by_series_and_field_by_field()
    {
        await WriteAsync(
            Collected("a", Noon, Snapshot("m", ["f", "g"], Row("x", 1, 2), Row("y", 3, 4))),
            Collected("b", Noon, Snapshot("m", ["f", "g"], Row("x", 5, 6))),
            Collected("a", Noon.AddHours(1), Snapshot("m", ["f", "g"], Row("x", 7, 8))));

        var all = await ReadSamplesAsync(new SeriesFilter(null, "m"), ["g", "never", "f"], Noon, Noon.AddDays(1));
        Assert.Equal(
            ["a x f 1 7", "a x g 2 8", "a y f 3", "a y g 4", "b x f 5", "b x g 6"],
            all.Select(one => $"{one.Series.Target} {one.Series.Labels["datname"]} {one.Field} "
                + $"{string.Join(' ', one.Samples.Select(sample => sample.Value))}").Order());
        Assert.All(all, one => Assert.Equal("m", one.Series.Metric));

        var some = await ReadSamplesAsync(new SeriesFilter("a", "m", [new LabelMatcher("datname", "y")]), ["f"], Noon, Noon.AddDays(1));
        Assert.Equal(3, Assert.Single(Assert.Single(some).Samples).Value);
    }

    [Fact]
    public async Task Nobody_has_samples_of_a_field_that_was_never_stored()
    {
        await WriteAsync(Collected("a", Noon, Value("up", 1)));
        Assert.Empty(await ReadSamplesAsync(new SeriesFilter(null, "up"), ["never"], Noon, Noon));
        Assert.Empty(await ReadSamplesAsync(new SeriesFilter(null, "never"), OneField, Noon, Noon));
        Assert.Empty(await ReadSamplesAsync(new SeriesFilter("never", "up"), OneField, Noon, Noon));
        await Assert.ThrowsAsync<ArgumentException>(() => ReadSamplesAsync(new SeriesFilter(), OneField, Noon, Noon));
    }

    [Fact]
    public async Task Samples_of_hundreds_of_series_all_come()
    {
        await WriteAsync(Collected("a", Noon, Snapshot("m", OneField, [.. Enumerable.Range(0, 450).Select(i => Row($"db{i}", i))])));
        var all = await ReadSamplesAsync(new SeriesFilter(null, "m"), OneField, Noon, Noon);
        Assert.Equal(Enumerable.Range(0, 450).Select(i => (double?)i), all.Select(one => Assert.Single(one.Samples).Value).Order());
    }

    [Fact]
    public async Task The_latest_is_the_newest_of_every_target_and_metric_whatever_its_outcome()
    {
        var failed = Outcome.Failed("lock timeout");
        await WriteAsync(
            Collected("a", Noon.AddDays(-3), Snapshot("gone", OneField, Row("x", 0))),
            Collected("a", Noon.AddDays(-3).AddMinutes(9), Snapshot("gone", OneField, Row("x", 1))),
            Collected("a", Noon.AddMinutes(-50), Value("rare", 2)),
            Collected("a", Noon.AddMinutes(-1), Value("up", 3), Value("io", 4)),
            Collected("a", Noon, Value("up", 5), Without("io", failed)),
            Collected("b", Noon.AddHours(-9), Value("up", 6)));
        await WriteAsync(Collected("a", Noon.AddMinutes(-2), Value("up", 7)));

        var latest = await Reader.ReadLatestAsync(Cancellation);
        Assert.Equal(
            [
                ("a", "gone", Noon.AddDays(-3).AddMinutes(9), 1), ("a", "io", Noon, null), ("a", "rare", Noon.AddMinutes(-50), 2),
                ("a", "up", Noon, 5), ("b", "up", Noon.AddHours(-9), 6),
            ],
            latest.Select(one => (one.Target, one.Metric, one.CollectedAt, one.Rows.Count == 0 ? null : one.Rows[0].Readings[0])));
        Assert.Equal(failed, latest[1].Outcome);
    }

    [Fact]
    public async Task Series_are_found_page_by_page()
    {
        await WriteAsync(
            Collected("b", Noon, Snapshot("m", OneField, Row("x", 1), Row("y", 2))),
            Collected("a", Noon, Value("up", 1), Snapshot("m", OneField, Row("y", 3))));

        string[] expected = ["a m {datname=\"y\"}", "a up {}", "b m {datname=\"x\"}", "b m {datname=\"y\"}"];
        Assert.Equal(expected, await FindAsync(new SeriesFilter()));
        Assert.Equal(expected[2..], await FindAsync(new SeriesFilter("b")));
        Assert.Equal([expected[0], expected[3]], await FindAsync(new SeriesFilter(null, "m", [new LabelMatcher("datname", "y")])));
        Assert.Empty(await FindAsync(new SeriesFilter("b", "up")));

        async Task<List<string>> FindAsync(SeriesFilter filter)
        {
            var (found, after) = (new List<string>(), 0);
            while (await Reader.FindSeriesAsync(filter, after, 1, Cancellation) is [var series])
            {
                found.Add($"{series.Key.Target} {series.Key.Metric} {series.Key.Labels}");
                after = series.Id;
            }

            return found;
        }
    }

    [Fact]
    public async Task A_series_knows_its_texts_and_when_it_was_seen()
    {
        await WriteAsync(Collected("a", Noon, With(("query", "SELECT 1"), ("rolname", "app"))));
        await WriteAsync(Collected("a", Noon.AddMinutes(30), With(("query", "SELECT 2"))));
        await WriteAsync(Collected("a", Noon.AddMinutes(-30), With()));

        var series = Assert.Single(await Reader.FindSeriesAsync(new SeriesFilter("a"), 0, 10, Cancellation));
        Assert.Equal(new Dictionary<string, string> { ["query"] = "SELECT 2", ["rolname"] = "app" }, series.Attributes);
        Assert.Equal((Noon.AddMinutes(-30), Noon.AddMinutes(30)), (series.FirstSeen, series.LastSeen));

        static Snapshot With(params (string Name, string Value)[] attributes) =>
            Snapshot("statements", OneField, Row("x", 1) with { Attributes = attributes.ToDictionary(one => one.Name, one => one.Value) });
    }

    [Fact]
    public async Task Collections_come_newest_first_and_page_by_page()
    {
        CollectionRun[] collections = [
            .. Enumerable.Range(0, 6).Select(i => Collected(i % 2 == 0 ? "a" : "b", Noon.AddHours(9 * i), Value("up", 1)))];
        await WriteAsync(collections);

        var first = await Reader.ReadCollectionsAsync(null, null, 4, Cancellation);
        var second = await Reader.ReadCollectionsAsync(null, first[^1].Id, 4, Cancellation);
        Assert.Equal(collections.Reverse().Select(collection => collection.Id), first.Concat(second).Select(one => one.Id));
        var ofB = await Reader.ReadCollectionsAsync("b", collections[5].Id, 10, Cancellation);
        Assert.Equal([collections[3].Id, collections[1].Id], ofB.Select(one => one.Id));
        Assert.Empty(await Reader.ReadCollectionsAsync("never", null, 10, Cancellation));
    }

    [Fact]
    public async Task A_collection_says_what_ran_and_how_it_ended()
    {
        var collection = Collected(
            "a",
            Noon,
            Value("up", 1),
            Snapshot("empty", NoFields),
            Without("io", Outcome.Failed("lock timeout", "55P03")),
            Snapshot("tables", OneField, Row("x", 1)) with { RowsLeftOut = 3, Outcome = Outcome.Partial("too many") }) with
        {
            Trigger = CollectionTrigger.Manual,
            RoundTrips = 2,
        };
        await WriteAsync(collection);

        var read = await Reader.ReadCollectionAsync(collection.Id, Cancellation);
        Assert.NotNull(read);
        Assert.Equal(
            (collection.Id, "a", CollectionTrigger.Manual, collection.StartedAt, collection.FinishedAt, OutcomeStatus.Partial, null, 2),
            (read.Id, read.Target, read.Trigger, read.StartedAt, read.FinishedAt, read.Status, read.Unreachable, read.RoundTrips));
        Assert.Equal(["empty", "io", "tables", "up"], read.Outcomes.Select(outcome => outcome.Metric));
        Assert.Equal(Outcome.Failed("lock timeout", "55P03"), read.Outcomes[1].Outcome);
        Assert.Equal(
            (1, 3, TimeSpan.FromMilliseconds(1.25)), (read.Outcomes[2].Rows, read.Outcomes[2].RowsLeftOut, read.Outcomes[2].Duration));
    }

    [Fact]
    public async Task Intervals_are_kept_where_they_change()
    {
        var (minute, other) = (TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(2_500));
        await WriteAsync(Every(minute, 0), Every(minute, 1), Every(null, 2));
        await WriteAsync(Every(minute, 3), Collected("b", Noon, Value("up", 1) with { Interval = other }));
        await WriteAsync(Every(other, 4), Collected("a", Noon.AddMinutes(5), Value("io", 1) with { Interval = minute }));

        // Another collector takes over, with another interval, and gives the target back.
        var taken = _store.NewWriter();
        await taken.WriteAsync([Every(other, 5), Every(minute, 6)], Cancellation);
        await WriteAsync(Every(other, 7));

        // One that was kept back in a spool says nothing new.
        await WriteAsync(Every(minute, 3.5));

        Assert.Equal(
            [("a", 0, minute), ("a", 4, other), ("a", 6, minute), ("a", 7, other), ("b", 0, other)], await IntervalsAsync(null, "up"));
        Assert.Equal([("b", 0, other)], await IntervalsAsync("b", "up"));
        Assert.Equal([("a", 5, minute)], await IntervalsAsync(null, "io"));
        Assert.Empty(await IntervalsAsync(null, "down"));

        static CollectionRun Every(TimeSpan? interval, double minute) =>
            Collected("a", Noon.AddMinutes(minute), Value("up", minute) with { Interval = interval });

        async Task<IEnumerable<(string, double, TimeSpan)>> IntervalsAsync(string? target, string metric) =>
            (await Reader.ReadIntervalsAsync(target, metric, Cancellation))
                .Select(one => (one.Target, (one.Since - Noon).TotalMinutes, one.Interval));
    }
}
