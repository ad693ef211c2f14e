using MetricsCollector.Query.Blocking;
using MetricsCollector.Snapshots;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

// Who waited for whom at an instant.
public abstract partial class SnapshotStoreContract
{
    [Fact]
    public async Task Who_waited_is_told_of_the_newest_collection_before_an_instant()
    {
        var interval = TimeSpan.FromSeconds(15);
        var nobody = Waits(interval);
        await WriteAsync(
            Collected("a", Noon, nobody),
            Collected("a", Noon.AddSeconds(15), Waits(interval, (7, 3), (8, 7))),
            Collected("a", Noon.AddSeconds(30), nobody),
            Collected("a", Noon.AddSeconds(45), Without(LockWaits.Metric, Outcome.Failed("it was away")) with { Interval = interval }),
            Collected("b", Noon.AddSeconds(16), Waits(interval, (9, 3))));

        Assert.Equal((Noon, string.Empty), await WaitedAsync(Noon.AddSeconds(14.9)));
        Assert.Equal((Noon.AddSeconds(15), "7>3 8>7"), await WaitedAsync(Noon.AddSeconds(15)));
        Assert.Equal((Noon.AddSeconds(15), "7>3 8>7"), await WaitedAsync(Noon.AddSeconds(29.9)));
        Assert.Equal((Noon.AddSeconds(30), string.Empty), await WaitedAsync(Noon.AddSeconds(31)));
        Assert.Equal((Noon.AddSeconds(45), "it was away"), await WaitedAsync(Noon.AddSeconds(90)));
        var (none, reason) = await StoredBlocking.ReadAsync(Reader, "a", Noon.AddSeconds(91), interval, Cancellation);
        Assert.Null(none);
        Assert.EndsWith(
            "at 2025-06-01T12:01:31.000Z or in the 45 s before; the last collection before that is of 2025-06-01T12:00:45.000Z",
            reason,
            StringComparison.Ordinal);
        (none, reason) = await StoredBlocking.ReadAsync(Reader, "a", Noon.AddSeconds(-1), interval, Cancellation);
        Assert.Null(none);
        Assert.EndsWith("nothing is stored from before that time", reason, StringComparison.Ordinal);
    }

    private static Snapshot Waits(TimeSpan interval, params (int Blocked, int Blocker)[] edges) => Snapshot(
        LockWaits.Metric,
        ["wait"],
        [.. edges.Select(edge => new SnapshotRow(Labels(("blocked_pid", $"{edge.Blocked}"), ("blocker_pid", $"{edge.Blocker}")), [1.5]))])
        with
    {
        Interval = interval,
    };

    private async Task<(DateTimeOffset At, string Edges)> WaitedAsync(DateTimeOffset at)
    {
        var (snapshot, _) = await StoredBlocking.ReadAsync(Reader, "a", at, TimeSpan.FromSeconds(15), Cancellation);
        return (snapshot!.CollectedAt, snapshot.Outcome.Reason ?? string.Join(
            ' ', LockWaits.Of(snapshot).Select(wait => $"{wait.Blocked.Pid}>{wait.Blocker.Pid}").Order(StringComparer.Ordinal)));
    }
}
