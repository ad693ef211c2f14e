using MetricsCollector.Query.Events;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Tests.Collection;

namespace MetricsCollector.Tests.Query.Events;

[Trait("PostgreSQL", "any")]
public sealed class ServerEventsTests
{
    private const double Primary = 0, Standby = 1;

    [Fact]
    public void A_restart_that_lost_the_statistics_is_one_crash()
    {
        var restart = new ServerChange(At.Second(15), At.Second(30), ResetReason.Restart);
        var events = ServerEvents.Find("a", [restart, restart with { ClearsCounters = true }], []);
        var only = Assert.Single(events);
        Assert.Equal((EventKind.Crashed, At.Second(15), At.Second(30)), (only.Kind, only.After, only.At));
        Assert.Equal(EventKind.Restarted, Assert.Single(ServerEvents.Find("a", [restart], [])).Kind);
    }

    [Fact]
    public void A_crash_without_a_restart_is_one()
    {
        var crash = new ServerChange(At.Second(15), At.Second(30), ResetReason.Crash) { ClearsCounters = true };
        Assert.Equal(EventKind.Crashed, Assert.Single(ServerEvents.Find("a", [crash], [])).Kind);
    }

    [Fact]
    public void A_role_that_changes_is_a_promotion_or_the_other_way_round()
    {
        var events = ServerEvents.Find("a", [], At.Samples((0, Standby), (15, null), (30, Primary), (45, Primary), (60, Standby))).ToList();
        Assert.Equal([EventKind.Promoted, EventKind.Demoted], events.Select(one => one.Kind));
        Assert.Equal((At.Second(0), At.Second(30)), (events[0].After, events[0].At));
        Assert.Equal(("standby", "primary"), (events[0].Old, events[0].New));
    }

    [Fact]
    public void A_failover_tells_the_roles_and_is_no_promotion()
    {
        var failover = new ServerChange(At.Second(0), At.Second(15), ResetReason.Failover);
        var only = Assert.Single(ServerEvents.Find("a", [failover], At.Samples((0, Primary), (15, Standby))));
        Assert.Equal((EventKind.FailedOver, "primary", "standby"), (only.Kind, only.Old, only.New));
    }

    [Fact]
    public void Sampling_that_began_anew_after_an_outage_is_no_start_of_the_collector()
    {
        var statsReset = At.Samples((0, 1), (60, 1), (120, 2), (180, 3));
        var outage = new OutcomeChange("a", "up", At.Second(90), At.Second(75), Outcome.Failed("away"), IsUnreachable: true);
        var only = Assert.Single(CollectorEvents.Starts("a", statsReset, [outage]));
        Assert.Equal((At.Second(120), At.Second(180)), (only.After, only.At));
    }

    [Fact]
    public void Every_metric_with_a_stats_reset_is_looked_at() =>
        // Those of tables, indexes and functions move that of their database too, and database_conflicts shows the same.
        Assert.Equal(
            new[] { "database_conflicts", "functions", "indexes", "load_sampling", "tables" }.Concat(StatisticsResetEvents.Metrics).Order(),
            TestCollector.BuiltIn.Metrics.Where(metric => metric.FieldNames.Contains(ResetRules.StatsReset))
                .Select(metric => metric.Name).Order());

    [Theory]
    [InlineData(134217728, "bytes", "128MB")]
    [InlineData(1_572_864, "bytes", "1536kB")]
    [InlineData(300, "seconds", "5min")]
    [InlineData(0.2, "seconds", "200ms")]
    [InlineData(0.0015, "seconds", "1500us")]
    [InlineData(86400, "seconds", "1d")]
    [InlineData(-1, "seconds", "-1")]
    [InlineData(0, "bytes", "0")]
    [InlineData(1, "boolean", "on")]
    [InlineData(0, "boolean", "off")]
    [InlineData(700, "octal", "0700")]
    [InlineData(1.1, "", "1.1")]
    [InlineData(0.00001, null, "0.00001")]
    public void A_value_is_written_as_the_server_shows_it(double value, string? unit, string text) =>
        Assert.Equal(text, SettingText.Of(value, unit));
}
