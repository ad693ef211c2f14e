using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Targets;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>What a target is asked for.</summary>
[Trait("PostgreSQL", "any")]
public sealed class CollectionPlanTests
{
    private static readonly NpgsqlConnectionStringBuilder Connection = new("Host=x");

    [Fact]
    public void A_target_is_asked_for_metrics_of_its_kind_only()
    {
        var options = new CollectionOptions();
        var usual = CollectionPlan.For(new Target("a", Connection), TestCollector.BuiltIn, options);
        Assert.NotNull(usual.Find("up"));
        Assert.Contains("up", usual.Choose(["u*"], Fail));

        var other = CollectionPlan.For(new Target("a", Connection) { Kind = new TargetKind("other") }, TestCollector.BuiltIn, options);
        Assert.Empty(other.Metrics);
        Assert.Null(other.Find("up"));
        var unknown = new List<string>();
        Assert.Empty(other.Choose(["u*"], unknown.Add));
        Assert.Equal(["u*"], unknown);
    }

    private static void Fail(string glob) => Assert.Fail(glob);
}
