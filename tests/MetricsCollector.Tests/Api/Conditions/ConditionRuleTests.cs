using MetricsCollector.Api.Conditions;
using MetricsCollector.Snapshots;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Api.Conditions;

/// <summary>What cannot be staged on a server within a test; the rest is in <see cref="StagedIncidentTests"/>.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ConditionRuleTests
{
    [Fact]
    public void A_database_near_wraparound_is_named_with_its_share()
    {
        string[] fields = ["xid_wraparound_share", "mxid_wraparound_share"];
        var found = Find("transactionIdsNearWraparound", TestCollections.Snapshot(
            "database_age", fields, TestCollections.Row("app", 0.71, 0.1), TestCollections.Row("archive", 0.2, 0.8),
            TestCollections.Row("new", 0.69, null)));
        Assert.Equal(["app", "archive"], found.Select(condition => condition.Subject));
        Assert.Equal(
            ["database app has used 71 % of its transaction ids since it was last frozen; VACUUM (FREEZE) it",
                "database archive has used 80 % of its multixact ids since it was last frozen; VACUUM (FREEZE) it"],
            found.Select(condition => condition.Message));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0, null)]
    [InlineData(3, 1, 0, 4.9, 1, null)]
    [InlineData(1, 1, 0, 5, 1, "1 session blocked, the longest for 5 s; blocked by 1 session")]
    [InlineData(
        7,
        2,
        1,
        732,
        5,
        "7 sessions blocked, the longest for 732 s, up to 5 one behind the other; blocked by 2 sessions, 1 of them idle in transaction")]
    [InlineData(7, 0, 0, 732, 0, "7 sessions blocked, the longest for 732 s")]
    public void Blocked_sessions_are_told_of_when_they_wait_long(
        double blocked, double blockers, double idle, double longest, double chain, string? message)
    {
        var snapshot = TestCollections.Collected("db1", TestCollections.Noon, TestCollections.Snapshot(
            "blocking", ["blocked", "blockers", "idle_blockers", "longest_wait", "deepest_chain"],
            new SnapshotRow(LabelSet.Empty, [blocked, blockers, idle, longest, chain]))).Snapshots[0];
        var found = Find("blockedSessions", snapshot).SingleOrDefault();
        Assert.Equal(message, found?.Message);
        Assert.True(found is null || found.Since == TestCollections.Noon.AddSeconds(-longest));
    }

    [Fact]
    public void What_is_not_known_is_no_condition()
    {
        foreach (var rule in ConditionRule.All)
        {
            Assert.Empty(
                rule.Find(
                    TestCollections.Snapshot(
                        rule.Metric,
                        ["blocked", "wal_status", "max_connections", "connections"],
                        TestCollections.Row("app", null, null, null, null))));
            Assert.Empty(rule.Find(TestCollections.Snapshot(rule.Metric, [], TestCollections.Row("app"))));
        }
    }

    private static List<Condition> Find(string name, Snapshot snapshot) =>
        [.. ConditionRule.All.Single(rule => rule.Name == name).Find(snapshot)];
}
