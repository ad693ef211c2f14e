
using MetricsCollector.Storage.Postgres.Assignment;

namespace MetricsCollector.Tests.Storage.Assignment;

[Trait("PostgreSQL", "any")]
public sealed class LeaseSharesTests
{
    private static readonly IReadOnlyList<string> Targets = [.. Enumerable.Range(0, 1000).Select(i => $"target-{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Shares_differ_by_one_at_most(int collectors)
    {
        var shares = LeaseShares.Of(Targets, [.. Enumerable.Range(0, collectors).Select(i => $"collector-{i}")]);
        var counts = shares.GroupBy(share => share.Value).Select(group => group.Count()).ToList();
        Assert.Equal(1000, shares.Count);
        Assert.Equal(collectors, counts.Count);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }

    [Fact]
    public void Everybody_comes_to_the_same_answer() =>
        Assert.Equal(
            LeaseShares.Of(Targets, ["a", "b", "c"]).OrderBy(share => share.Key),
            LeaseShares.Of(Targets.Reverse(), ["c", "a", "b"]).OrderBy(share => share.Key));

    [Fact]
    public void Little_moves_when_a_collector_goes()
    {
        var before = LeaseShares.Of(Targets, ["a", "b", "c", "d"]);
        var after = LeaseShares.Of(Targets, ["a", "b", "c"]);
        Assert.InRange(Targets.Count(target => before[target] != "d" && before[target] != after[target]), 0, 100);
    }

    [Fact]
    public void Fewer_targets_than_collectors_leave_some_without() =>
        Assert.Equal(2, LeaseShares.Of(["x", "y"], ["a", "b", "c"]).Values.Distinct().Count());
}
