using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Collection;

/// <summary>Which failures of a metric last, and which are of a moment.</summary>
[Trait("PostgreSQL", "any")]
public sealed class MetricFailureTests
{
    private static readonly Outcome Refused = Outcome.Failed("division by zero", "22012");

    [Theory]
    [InlineData("f", true)]
    [InlineData("of", false)]
    [InlineData("off", true)]
    [InlineData("offo", false)]
    [InlineData("fof", false)]
    [InlineData("l", false)]
    [InlineData("ll", true)]
    [InlineData("n", false)]
    [InlineData("o", false)]
    [InlineData("fd", true)]
    [InlineData("df", false)]
    public void A_failure_lasts_that_came_twice_or_from_the_first_collection_on(string history, bool lasting)
    {
        var state = new TargetState();
        foreach (var (i, letter) in history.Index())
        {
            var outcome = letter switch
            {
                'f' or 'd' => Refused,
                'l' => Outcome.Failed("waited for a lock", "55P03"),
                'n' => Outcome.Failed("had no turn"),
                _ => Outcome.Ok,
            };
            var at = TestCollections.Noon.AddMinutes(i);
            var snapshot = TestCollections.Snapshot("m", ["v"]) with { CollectedAt = at, Outcome = outcome };
            state = state.After(
                TestCollections.Collected("db1", at, snapshot) with { Unreachable = letter == 'd' ? "it is away" : null }, null);
        }

        Assert.Equal(lasting, state.Failures.TryGetValue("m", out var failure) && failure.IsLasting);
        Assert.True(failure is null || failure.Since >= TestCollections.Noon);
    }
}
