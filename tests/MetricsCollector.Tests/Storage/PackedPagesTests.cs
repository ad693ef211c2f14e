using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Read;
using Microsoft.Extensions.Time.Testing;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

/// <summary>Pages of a history that is partly raw, partly packed by hour and partly by day, with late rows among them.</summary>
[Trait("PostgreSQL", "any")]
public sealed class PackedPagesTests(PostgresFixture postgres)
{
    private const int CollectionsOfADay = 144;

    private static readonly DateTimeOffset Midnight = Noon.AddHours(12);
    private static readonly string[] Fields = ["same", "count", "odd"];

    private readonly FakeTimeProvider _time = new(Midnight.AddDays(1).AddMinutes(5));
    private readonly List<CollectionRun> _written = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, null, 7, 64 << 20)]
    [InlineData(true, null, 7, 64 << 20)]
    [InlineData(false, null, 50, 60_000)]
    [InlineData(true, null, 50, 60_000)]
    [InlineData(false, "m", 20, 60_000)]
    [InlineData(true, "m", 20, 0)]
    public async Task Every_snapshot_comes_once_in_order_and_as_it_was_written(
        bool descending, string? metric, int limit, int bytesUnpacked)
    {
        await using var store = await FilledAsync();
        var reader = new PostgresSnapshotReader(store.Source) { Unpacked = new UnpackedCache(bytesUnpacked) };
        var paged = new List<Snapshot>();
        while (await PageAsync(reader, metric, descending, limit, paged.LastOrDefault()) is { Count: > 0 } page)
        {
            paged.AddRange(page);
        }

        var expected = _written
            .SelectMany(collection => collection.Snapshots)
            .Where(snapshot => metric is null || snapshot.Metric == metric)
            .OrderBy(snapshot => snapshot.CollectedAt).ThenBy(snapshot => snapshot.Metric, StringComparer.Ordinal).ToList();
        Assert.Equal((descending ? Enumerable.Reverse(expected) : expected).Select(Text), paged.Select(Text));
    }

    [Fact]
    public async Task Rows_that_are_packed_late_are_on_the_next_page()
    {
        await using var store = await FilledAsync();
        var first = await PageAsync(store.Reader, "m", false, 10, null);
        var late = Collected("a", first[^1].CollectedAt.AddSeconds(1), Snapshot("m", Fields, Row("x", 1, 2, 3)));
        await store.WriteAsync(late);
        await store.Packer.PackAsync(TimeSpan.Zero, Cancellation);
        var second = await PageAsync(store.Reader, "m", false, 10, first[^1]);
        Assert.Equal(Text(late.Snapshots[0]), Text(second[0]));
        Assert.Equal(
            Enumerable.Range(10, 9).Select(i => Midnight.AddMinutes(10 * i)), second.Skip(1).Select(snapshot => snapshot.CollectedAt));
    }

    [Fact]
    public async Task A_page_behind_another_needs_no_packed_reading_again()
    {
        await using var store = await FilledAsync();
        var first = await PageAsync(store.Reader, "m", false, 10, null);
        var expected = (await PageAsync(new PostgresSnapshotReader(store.Source), "m", false, 10, first[^1])).Select(Text).ToList();

        // Whoever reads them now gets nothing.
        await store.ExecuteAsync(
            "UPDATE metrics_packed_days SET readings = '{}', packings = array_fill(0::smallint, ARRAY[3]), ends = '{0,0,0}'");
        Assert.Equal(expected, (await PageAsync(store.Reader, "m", false, 10, first[^1])).Select(Text));
        Assert.NotEqual(expected, (await PageAsync(new PostgresSnapshotReader(store.Source), "m", false, 10, first[^1])).Select(Text));
    }

    private static string Text(Snapshot snapshot)
    {
        var rows = snapshot.Rows
            .OrderBy(row => row.Labels.ToString(), StringComparer.Ordinal)
            .Select(row => $"{row.Labels} {string.Join(',', row.Readings)}");
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{snapshot.CollectedAt:O} {snapshot.Metric} {string.Join(" | ", rows)}");
    }

    private static async Task<IReadOnlyList<Snapshot>> PageAsync(
        ISnapshotReader reader, string? metric, bool descending, int limit, Snapshot? after) =>
        await reader.ReadSnapshotsAsync(
            new SnapshotRange(
                new SeriesFilter(null, metric),
                Midnight.AddYears(-1),
                Midnight.AddYears(1),
                descending,
                limit,
                after is null ? null : new SnapshotPosition(after.CollectedAt, after.Target, after.Metric)),
            Cancellation);

    /// <summary>A day packed, a day of packed hours, half a day raw, and late rows of each that are not yet packed.</summary>
    private async Task<TestStore> FilledAsync()
    {
        var store = await TestStore.CreateAsync(postgres, _time);
        await WriteAsync(store, Enumerable.Range(0, CollectionsOfADay));
        await store.Packer.PackAsync(TimeSpan.Zero, Cancellation);
        _time.Advance(TimeSpan.FromDays(1));
        await WriteAsync(store, Enumerable.Range(CollectionsOfADay, CollectionsOfADay));
        await store.Packer.PackHoursAsync(TimeSpan.Zero, Cancellation);
        _time.Advance(TimeSpan.FromHours(12));
        await WriteAsync(store, Enumerable.Range(2 * CollectionsOfADay, CollectionsOfADay / 2));
        await WriteAsync(store, [40, 41, 200], TimeSpan.FromSeconds(7));
        Assert.Equal(
            [4, 48, 190],
            await store.ColumnAsync<int>("SELECT count(*) FROM metrics_packed_days UNION ALL SELECT count(*) FILTER (WHERE row_count = 6) "
                + "FROM metrics_packed_hours UNION ALL SELECT count(*) FROM metrics_raw"));
        return store;
    }

    // Series that are always there, every other time, and for a while; constants, counters that reset, and what is no number.
    private async Task WriteAsync(TestStore store, IEnumerable<int> places, TimeSpan late = default)
    {
        CollectionRun[] collections = [.. places.Select(i => Collected(
            "a",
            Midnight.AddMinutes(10 * i) + late,
            Value("n", i),
            Snapshot("m", Fields, [.. Rows(i)])))];
        _written.AddRange(collections);
        await store.WriteAsync(collections);

        static IEnumerable<SnapshotRow> Rows(int i)
        {
            yield return Row("x", 5, i % 50, i % 7 == 0 ? null : i / 3.0);
            if (i % 2 == 0)
            {
                yield return Row("y", i < 100 ? 1 : 2, 1e9 + (i * i), i % 3 == 0 ? double.NaN : -i / 1_000.0);
            }

            if (i is > 30 and < 60)
            {
                yield return Row("z", null, i, double.PositiveInfinity);
            }
        }
    }
}
