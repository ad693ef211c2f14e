using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

// Snapshots of a range.
public abstract partial class SnapshotStoreContract
{
    [Fact]
    public async Task A_range_has_both_of_its_ends()
    {
        await WriteAsync([.. Enumerable.Range(0, 5).Select(i => Collected("a", Noon.AddMinutes(i), Value("up", i)))]);
        var read = await ReadAsync(from: Noon.AddMinutes(1), to: Noon.AddMinutes(3));
        Assert.Equal([1, 2, 3], read.Select(ValueOf));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "up")]
    [InlineData(true, "io")]
    public async Task Pages_hold_every_snapshot_once_and_in_order(bool descending, string? metric)
    {
        // Two targets share instants, and instants cross hours and days.
        var instants = Enumerable.Range(0, 12).Select(i => Noon.AddMinutes(83 * i));
        await WriteAsync(
            [
                .. instants.SelectMany(at => new[]
                {
                    Collected("B", at, Value("up", 1), Value("io", 2)),
                    Collected("a", at, Value("io", 3), Value("up", 4)),
                }),
            ]);
        var filter = new SeriesFilter(null, metric);
        var all = Positions(await ReadAsync(filter, descending: descending));
        var expected = all.OrderBy(p => p.CollectedAt)
            .ThenBy(p => p.Target, StringComparer.Ordinal)
            .ThenBy(p => p.Metric, StringComparer.Ordinal)
            .ToList();
        Assert.Equal(metric is null ? 48 : 24, all.Count);
        Assert.Equal(descending ? Enumerable.Reverse(expected) : expected, all);

        var paged = new List<SnapshotPosition>();
        while (await ReadAsync(filter, descending: descending, limit: 5, after: paged.LastOrDefault()) is { Count: > 0 } page)
        {
            paged.AddRange(Positions(page));
        }

        Assert.Equal(all, paged);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_hold_the_rows_as_they_were_written(bool descending)
    {
        // Across hours and midnight; one series is there every third time only.
        var collections = Enumerable.Range(0, 200)
            .Select(i => Collected("a", Noon.AddMinutes(7 * i), Snapshot("m", OneField, [.. Rows(i)])))
            .ToList();
        await WriteAsync([.. collections.Take(150)]);
        await WriteAsync([.. collections.Skip(150)]);
        var paged = new List<Snapshot>();
        while (await ReadAsync(descending: descending, limit: 9, after: Positions(paged).LastOrDefault()) is { Count: > 0 } page)
        {
            paged.AddRange(page);
        }

        Assert.Equal(
            (descending ? Enumerable.Reverse(collections) : collections).Select(collection => Readings(collection.Snapshots[0])),
            paged.Select(Readings));

        static IEnumerable<SnapshotRow> Rows(int i) => i % 3 == 0 ? [Row("x", i / 7.0), Row("y", i == 60 ? null : i)] : [Row("x", i / 7.0)];
        static List<(DateTimeOffset, string?, double?)> Readings(Snapshot snapshot) =>
            [.. snapshot.Rows.Select(row => (snapshot.CollectedAt, row.Labels["datname"], row.Readings[0]))];
    }

    [Fact]
    public async Task A_page_stays_the_same_while_new_collections_are_written()
    {
        await WriteAsync([.. Enumerable.Range(0, 10).Select(i => Collected("a", Noon.AddMinutes(i), Value("up", i)))]);
        var first = await ReadAsync(descending: true, limit: 4);
        await WriteAsync(Collected("a", Noon.AddMinutes(11), Value("up", 11)));
        var second = await ReadAsync(descending: true, limit: 4, after: Positions(first)[^1]);
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2], first.Concat(second).Select(ValueOf));
    }

    [Fact]
    public async Task Labels_leave_out_rows_and_snapshots_without_any()
    {
        await WriteAsync(
            Collected("a", Noon, Snapshot("m", OneField, Row("x", 1), Row("y", 2)), Value("up", 1)),
            Collected("a", Noon.AddHours(5), Snapshot("m", OneField, Row("y", 3))),
            Collected("b", Noon.AddHours(9), Snapshot("m", OneField, Row("x", 4))),
            Collected("b", Noon.AddHours(10), Without("m", Outcome.Failed("gone"))));

        var read = await ReadAsync(new SeriesFilter(Labels: [new LabelMatcher("datname", "x")]));
        Assert.Equal([("a", 1), ("b", 4)], read.Select(snapshot => (snapshot.Target, ValueOf(snapshot))));
        Assert.Empty(await ReadAsync(new SeriesFilter(Labels: [new LabelMatcher("datname", "x"), new LabelMatcher("datname", "y")])));
        Assert.Empty(await ReadAsync(new SeriesFilter(Labels: [new LabelMatcher("datname", "z")])));
    }

    [Fact]
    public async Task Labels_fill_a_page_from_many_snapshots_that_lack_them()
    {
        var snapshots = Enumerable.Range(0, 100).Select(i => Snapshot("m", OneField, Row(i % 10 == 9 ? "x" : "y", i)));
        await WriteAsync([.. snapshots.Select((snapshot, i) => Collected("a", Noon.AddMinutes(i), snapshot))]);
        var read = await ReadAsync(new SeriesFilter(Labels: [new LabelMatcher("datname", "x")]), limit: 6);
        Assert.Equal([9, 19, 29, 39, 49, 59], read.Select(ValueOf));
    }

    [Fact]
    public async Task What_failed_or_was_skipped_is_part_of_the_range()
    {
        var failed = Outcome.Failed("canceling statement due to lock timeout", "55P03");
        var skipped = Outcome.Skipped("GRANT pg_monitor TO watcher", "42501");
        await WriteAsync(Collected("a", Noon, Without("io", failed), Without("wal", skipped), Value("up", 1)));

        var read = await ReadAsync();
        Assert.Equal([("io", failed), ("up", Outcome.Ok), ("wal", skipped)], read.Select(snapshot => (snapshot.Metric, snapshot.Outcome)));
        Assert.Equal([0, 1, 0], read.Select(snapshot => snapshot.Rows.Count));
        Assert.Equal(OneField, read[0].Fields);
    }

    [Fact]
    public async Task A_target_that_was_not_reached_says_so_in_every_snapshot()
    {
        var collection = Collected("a", Noon, Without("io", Outcome.Failed("connection refused")), Value("up", 0)) with
        {
            Unreachable = "connection refused",
        };
        await WriteAsync(collection);
        Assert.Equal([Outcome.Failed("connection refused"), Outcome.Ok], (await ReadAsync()).Select(snapshot => snapshot.Outcome));
        Assert.Equal("connection refused", Assert.Single(await Reader.ReadCollectionsAsync(null, null, 1, Cancellation)).Unreachable);
    }

    [Fact]
    public async Task A_store_with_nothing_in_it_gives_nothing()
    {
        Assert.Empty(await ReadAsync());
        Assert.Empty(await Reader.ReadLatestAsync(Cancellation));
        Assert.Empty(await Reader.FindSeriesAsync(new SeriesFilter(), 0, 10, Cancellation));
        Assert.Empty(await Reader.ReadCollectionsAsync(null, null, 10, Cancellation));
        Assert.Empty(await ReadSamplesAsync(new SeriesFilter(null, "m"), OneField, Noon, Noon.AddHours(1)));
        Assert.Null(await Reader.ReadCollectionAsync(Guid.CreateVersion7(), Cancellation));
    }

    private static List<SnapshotPosition> Positions(IReadOnlyList<Snapshot> snapshots) =>
        [.. snapshots.Select(snapshot => new SnapshotPosition(snapshot.CollectedAt, snapshot.Target, snapshot.Metric))];
}
