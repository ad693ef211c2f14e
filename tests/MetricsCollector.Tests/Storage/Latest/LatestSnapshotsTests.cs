using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Latest;

[Trait("PostgreSQL", "any")]
public sealed class LatestSnapshotsTests
{
    private static readonly string[] OneField = ["value"];

    private readonly LatestSnapshots _latest = new();

    [Fact]
    public void The_newest_is_kept_in_whatever_order_they_come()
    {
        _latest.Update(Collected("a", Noon.AddMinutes(1), Value("up", 2)));
        _latest.Update(Collected("a", Noon, Value("up", 1), Value("io", 3)));
        Assert.Equal(Noon.AddMinutes(1), _latest.Find("a", "up")!.CollectedAt);
        Assert.Equal(Noon, _latest.Find("a", "io")!.CollectedAt);
        Assert.Null(_latest.Find("b", "up"));
    }

    [Fact]
    public void What_the_store_knows_does_not_replace_what_was_just_collected()
    {
        var collected = Collected("a", Noon, Value("up", 1));
        _latest.Update(collected);
        _latest.Update([collected.Snapshots[0] with { RowsLeftOut = 1 }, .. Collected("b", Noon.AddDays(-1), Value("up", 1)).Snapshots]);
        Assert.Same(collected.Snapshots[0], _latest.Find("a", "up"));
        Assert.NotNull(_latest.Find("b", "up"));
    }

    [Fact]
    public void A_failure_is_the_latest_too()
    {
        _latest.Update(Collected("a", Noon, Value("up", 1)));
        _latest.Update(Collected("a", Noon.AddMinutes(1), Without("up", Outcome.Failed("gone"))));
        Assert.Equal(OutcomeStatus.Failed, _latest.Find("a", "up")!.Outcome.Status);
    }

    [Fact]
    public void A_filter_gives_matching_rows_ordered_by_target_and_metric()
    {
        _latest.Update(Collected("b", Noon, Snapshot("m", OneField, Row("x", 1), Row("y", 2))));
        _latest.Update(Collected("a", Noon, Value("up", 3), Snapshot("m", OneField, Row("y", 4))));
        Assert.Equal(["a m", "a up", "b m"], Names(new SeriesFilter()));
        Assert.Equal(["b m"], Names(new SeriesFilter("b")));
        Assert.Equal(["a m", "b m"], Names(new SeriesFilter(null, "m")));
        Assert.Equal(["a up"], Names(new SeriesFilter("a", "up")));
        Assert.Empty(Names(new SeriesFilter("b", "up")));

        var x = Assert.Single(_latest.Find(new SeriesFilter(Labels: [new LabelMatcher("datname", "x")])));
        Assert.Equal(1, Assert.Single(x.Rows).Readings[0]);
        Assert.Empty(_latest.Find(new SeriesFilter("a", "m", [new LabelMatcher("datname", "x")])));
    }

    [Fact]
    public void A_target_can_be_forgotten()
    {
        _latest.Update(Collected("a", Noon, Value("up", 1), Value("io", 1)));
        _latest.Update(Collected("b", Noon, Value("up", 1)));
        _latest.Forget("a");
        Assert.Equal(["b up"], Names(new SeriesFilter()));
    }

    [Fact]
    public void Many_writers_leave_the_newest()
    {
        Parallel.For(0, 1_000, i => _latest.Update(Collected("a", Noon.AddSeconds(i * 7 % 1_000), Value("up", i))));
        Assert.Equal(Noon.AddSeconds(999), _latest.Find("a", "up")!.CollectedAt);
    }

    private IEnumerable<string> Names(SeriesFilter filter) =>
        _latest.Find(filter).Select(snapshot => $"{snapshot.Target} {snapshot.Metric}");
}
