using System.Diagnostics;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>Pages of a hundred snapshots of a day that was read each 10 seconds, packed, against the same pages of raw rows.</summary>
internal sealed class StorePageBenchmark : IBenchmark
{
    private const int Metrics = 4;
    private const int Snapshots = 8640;
    private const int CollectionsOfABatch = 60;
    private const int Pages = 40;
    private const int SnapshotsOfAPage = 100;

    private static readonly DateTimeOffset Noon = StoreDataSet.Start.AddHours(12);

    /// <inheritdoc />
    public string Name => "store-page";

    /// <inheritdoc />
    public string Summary => "Pages of 100 snapshots, 24 h at 10 s packed, against the same pages of raw rows.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await BenchmarkStore.StartAsync(true, cancellationToken);
        foreach (var batch in StoreDataSet.Make(Metrics, Snapshots, TimeSpan.FromSeconds(10)).Chunk(CollectionsOfABatch))
        {
            await store.Writer.WriteAsync(batch, cancellationToken);
        }

        var raw = await MeasureAsync(store, cancellationToken);
        await store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
        var hours = await MeasureAsync(store, cancellationToken);
        await store.Packer.MergeDaysAsync(TimeSpan.Zero, cancellationToken);
        var days = await MeasureAsync(store, cancellationToken);
        return
        [
            .. raw.Zip(
                hours,
                (reference, ours) => new Measurement(
                    $"by hour: {ours.What}", ours.Milliseconds, reference.Milliseconds, "ms a page", "ratio <= 2")),
            .. raw.Zip(
                days,
                (reference, ours) => new Measurement(
                    $"by day: {ours.What}", ours.Milliseconds, reference.Milliseconds, "ms a page", "ratio <= 2")),
        ];
    }

    private static async Task<List<(string What, double Milliseconds)>> MeasureAsync(
        BenchmarkStore store, CancellationToken cancellationToken)
    {
        await store.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        var all = new SeriesFilter(StoreDataSet.Target);
        var one = new SeriesFilter(StoreDataSet.Target, StoreDataSet.Metric(0));

        // Once for what compiles.
        await FollowAsync(store, one, false, cancellationToken);
        await FollowAsync(store, all, true, cancellationToken);
        return
        [
            ("all metrics, forward from noon", await FollowAsync(store, all, false, cancellationToken)),
            ("all metrics, backward from noon", await FollowAsync(store, all, true, cancellationToken)),
            ("one metric, forward from noon", await FollowAsync(store, one, false, cancellationToken)),
            ("one metric, backward from noon", await FollowAsync(store, one, true, cancellationToken)),
            ("all metrics, anywhere", await JumpAsync(store, all, cancellationToken)),
            ("one metric, anywhere", await JumpAsync(store, one, cancellationToken)),
        ];
    }

    /// <summary>Page after page: the mean, so that what one page pays for others counts.</summary>
    private static async Task<double> FollowAsync(
        BenchmarkStore store, SeriesFilter filter, bool descending, CancellationToken cancellationToken)
    {
        var (from, to) = descending ? (StoreDataSet.Start, Noon) : (Noon, StoreDataSet.Start.AddDays(1));
        var before = Stopwatch.GetTimestamp();
        SnapshotPosition? after = null;
        for (var page = 0; page < Pages; page++)
        {
            after = await ReadAsync(store, new SnapshotRange(filter, from, to, descending, SnapshotsOfAPage, after), cancellationToken);
        }

        return Stopwatch.GetElapsedTime(before).TotalMilliseconds / Pages;
    }

    /// <summary>Pages far from each other: the median.</summary>
    private static async Task<double> JumpAsync(BenchmarkStore store, SeriesFilter filter, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var page = 0; page < Pages; page++)
        {
            // 7 and 40 have no divisor in common: every part of the day comes once, none beside the one before.
            var from = StoreDataSet.Start.AddHours(23.0 * (page * 7 % Pages) / Pages);
            var before = Stopwatch.GetTimestamp();
            await ReadAsync(
                store, new SnapshotRange(filter, from, StoreDataSet.Start.AddDays(1), false, SnapshotsOfAPage), cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        times.Sort();
        return times[Pages / 2];
    }

    private static async Task<SnapshotPosition> ReadAsync(BenchmarkStore store, SnapshotRange range, CancellationToken cancellationToken)
    {
        var page = await store.Reader.ReadSnapshotsAsync(range, cancellationToken);
        if (page.Count != SnapshotsOfAPage || page.Any(snapshot => snapshot.Rows.Count != StoreDataSet.RowsOfAMetric))
        {
            throw new InvalidOperationException($"{page.Count} snapshots came back of {SnapshotsOfAPage}, or not all of their rows.");
        }

        return new SnapshotPosition(page[^1].CollectedAt, page[^1].Target, page[^1].Metric);
    }
}
