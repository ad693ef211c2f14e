using System.Text.Json;
using MetricsCollector.Api.Conditions;
using MetricsCollector.Api.Overview;
using MetricsCollector.Collection.Targets;

namespace MetricsCollector.Tests.Api;

/// <summary>All targets at a glance.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class FleetTests(CollectorApp app, PostgresFixture postgres)
{
    [Fact]
    public async Task A_row_has_what_the_server_says()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/fleet")).GetProperty("items")[0] is var first
                && first.GetProperty("sizeBytes").ValueKind == JsonValueKind.Number
                && first.GetProperty("load").ValueKind == JsonValueKind.Number,
            "sizes and load are known");
        var answer = await app.GetAsync("/api/v1/fleet");
        var row = Assert.Single(answer.GetProperty("items").EnumerateArray());
        Assert.Equal(CollectorApp.Target, row.GetProperty("target").GetString());
        Assert.Equal("test", row.GetProperty("labels").GetProperty("env").GetString());
        Assert.Equal(("up", "primary"), (row.GetProperty("status").GetString(), row.GetProperty("role").GetString()));
        Assert.Equal(
            await Collection.TestCollector.ScalarAsync<int>(postgres.ConnectionString, "SELECT current_setting('max_connections')::int"),
            row.GetProperty("maxConnections").GetInt32());
        var size = await Collection.TestCollector.ScalarAsync<long>(
            postgres.ConnectionString, "SELECT pg_database_size('postgres')");
        Assert.True(row.GetProperty("sizeBytes").GetDouble() >= size);
        Assert.True(row.GetProperty("load").GetDouble() >= 0);
        Assert.InRange(row.GetProperty("connections").GetInt32(), 1, row.GetProperty("maxConnections").GetInt32());
        using var client = app.CreateClient();
        var csv = await client.GetStringAsync(
            new Uri("/api/v1/fleet?format=csv", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains($"\r\n{CollectorApp.Target},up,primary,", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void What_hurts_comes_first()
    {
        var condition = new ConditionResponse("blockedSessions", "d", null, default, default, "2 sessions blocked");
        FleetRowResponse[] rows =
        [
            Row("idle", TargetStatus.Up), Row("busy", TargetStatus.Up) with { Load = 5 }, Row("unknown", TargetStatus.Unknown),
            Row("full", TargetStatus.Up) with { Connections = 95, MaxConnections = 100 },
            Row("blocked", TargetStatus.Up) with { Blocked = 2 }, Row("down", TargetStatus.Down),
            Row("condition", TargetStatus.Up) with { Conditions = [condition] },
        ];
        Assert.Equal(
            ["down", "unknown", "condition", "blocked", "full", "busy", "idle"],
            rows.OrderByDescending(row => row.Hurt()).Select(row => row.Target));
    }

    private static FleetRowResponse Row(string name, TargetStatus status) => new(
        name, new Dictionary<string, string>(), status, null, null, null, null, null, null, null, null, null, null, null, []);
}
