using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Postgres.Partitions;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

/// <summary>One run of packing and retention over an empty store, as far as every role and layout has to come.</summary>
internal static class RetentionRun
{
    /// <summary>Writes three collections of which one and a half have expired, and expects the rest to be packed and read.</summary>
    public static async Task AssertAsync(TestStore store)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var today = PartitionedTable.PackedDays.StartOf(TimeProvider.System.GetUtcNow());
        await store.WriteAsync(
            Collected("gone", today.AddDays(-40), Value("up", 1)),
            Collected("a", today.AddDays(-12), Value("up", 2), Value("brief", 3)),
            Collected("a", today.AddDays(-3), Value("up", 4), Value("brief", 5)));
        var policy = new RetentionPolicy(
            new(TimeSpan.FromDays(30)),
            new Dictionary<string, MetricsCollector.Snapshots.Duration> { ["brief"] = new(TimeSpan.FromDays(7)) });
        var done = await store.Upkeep.RunAsync(policy, cancellation);
        Assert.Equal((2, 1L, 1, true), (done.Dropped, done.RemovedRows, done.RemovedSeries, done.PackingSteps > 0));
        Assert.True(done.Size.Bytes > 0);
        Assert.Equal([2, 4, 5], await store.ColumnAsync<double>("SELECT value FROM metrics ORDER BY 1"));
    }
}
