using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

/// <summary>How long history is kept, metric by metric.</summary>
public abstract partial class SnapshotStoreContract
{
    [Fact]
    public async Task Each_metric_is_kept_for_as_long_as_its_retention_says()
    {
        foreach (var day in (int[])[-30, -15, -5, 0])
        {
            await WriteAsync(
                Collected("a", Noon.AddDays(day), Rows("short_one", day), Rows("short", day), Rows("usual", day), Rows("long", day)));
        }

        await WriteAsync(Collected("a", Noon.AddDays(-5).AddMinutes(1), Snapshot("short", ["value"], Row("gone", 1))));
        await KeepAsync(10, ("short*", 3), ("short_one", 7), ("long", 20));
        await KeepAsync(10, ("short*", 3), ("short_one", 7), ("long", 20));

        Assert.Equal([0], await DaysAsync("short"));
        Assert.Equal([-5, 0], await DaysAsync("short_one"));
        Assert.Equal([-5, 0], await DaysAsync("usual"));
        Assert.Equal([-15, -5, 0], await DaysAsync("long"));
        Assert.Equal([-15, -5, 0], (await CollectionDaysAsync()).Distinct());

        // The collection is told of as long as any of its metrics is kept.
        var told = await Reader.ReadSnapshotsAsync(
            new SnapshotRange(new SeriesFilter("a", "usual"), Noon.AddDays(-15), Noon.AddDays(-15), false, 10), Cancellation);
        Assert.Empty(Assert.Single(told).Rows);
        var series = await Reader.FindSeriesAsync(new SeriesFilter("a", "short"), 0, 100, Cancellation);
        Assert.DoesNotContain(series, one => one.Key.Labels["datname"] == "gone");
        Assert.Equal(5, series.Count);
    }

    [Fact]
    public async Task A_longer_retention_brings_nothing_back_and_a_shorter_one_works_at_once()
    {
        foreach (var day in (int[])[-30, -15, -5, 0])
        {
            await WriteAsync(Collected("a", Noon.AddDays(day), Rows("m", day), Rows("other", day)));
        }

        await KeepAsync(20);
        Assert.Equal([-15, -5, 0], await DaysAsync("m"));
        await KeepAsync(20, ("m", 10));
        Assert.Equal([-5, 0], await DaysAsync("m"));
        await KeepAsync(40);
        Assert.Equal([-5, 0], await DaysAsync("m"));
        Assert.Equal([-15, -5, 0], await DaysAsync("other"));
        await WriteAsync(Collected("a", Noon.AddDays(1), Rows("m", 1)));
        Assert.Equal([-5, 0, 1], await DaysAsync("m"));
    }

    private static Snapshot Rows(string metric, double value) =>
        Snapshot(metric, ["value"], [.. Enumerable.Range(0, 5).Select(i => Row($"db{i}", value))]);

    // Counted from noon, whenever the test runs.
    private Task KeepAsync(int days, params (string Glob, int Days)[] metrics)
    {
        var age = TimeProvider.System.GetUtcNow() - Noon;
        return _store.KeepAsync(
            new RetentionPolicy(
                new Duration(age.Add(TimeSpan.FromDays(days))),
                metrics.ToDictionary(one => one.Glob, one => new Duration(age.Add(TimeSpan.FromDays(one.Days))))),
            Cancellation);
    }

    private async Task<List<int>> DaysAsync(string metric)
    {
        var days = new List<int>();
        await foreach (var series in Reader.ReadSamplesAsync(
            new SeriesFilter("a", metric), ["value"], Noon.AddDays(-40), Noon.AddDays(2), TimeSpan.Zero, Cancellation))
        {
            days.AddRange(series.Samples.Select(sample => (int)Math.Floor((sample.At - Noon).TotalDays)));
        }

        Assert.All(days.CountBy(day => day), day => Assert.Equal(5, day.Value));
        return [.. days.Distinct().Order()];
    }

    private async Task<List<int>> CollectionDaysAsync() =>
        [.. (await Reader.ReadCollectionsAsync("a", null, 100, Cancellation))
            .Select(one => (int)Math.Floor((one.StartedAt - Noon).TotalDays))
            .Order()];
}
