using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace MetricsCollector.Tests.Api.Conditions;

/// <summary>Incidents on a server of their own: what the status says against what PostgreSQL says to whoever asks it.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StagedIncidentTests(StagedServer server) : IClassFixture<StagedServer>, IAsyncLifetime
{
    private readonly List<NpgsqlConnection> _sessions = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await Eventually.TrueAsync(
            async () => (await StatusAsync()).GetProperty("targets").GetProperty("up").GetInt32() == 1, "the server is watched");

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    [Fact]
    public async Task Seven_sessions_blocked_by_one_that_is_idle_in_transaction()
    {
        Assert.Empty(await ConditionsAsync("blockedSessions"));
        var blocker = await OpenAsync();
        await RunAsync(
            blocker,
            "CREATE TABLE stock (id int PRIMARY KEY, amount int); INSERT INTO stock SELECT id, 9 FROM generate_series(1, 9) AS id");
        await RunAsync(blocker, "BEGIN; UPDATE stock SET amount = 8 WHERE id = 1");
        var waiting = new List<Task>();
        for (var i = 0; i < 3; i++)
        {
            waiting.Add(RunAsync(await OpenAsync(), "UPDATE stock SET amount = amount - 1 WHERE id = 1"));
        }

        await BlockedAsync(3);
        waiting.Add(RunAsync(await OpenAsync(), "ALTER TABLE stock ADD COLUMN place text"));
        await BlockedAsync(4);
        for (var i = 0; i < 3; i++)
        {
            waiting.Add(RunAsync(await OpenAsync(), "SELECT * FROM stock WHERE id = 2"));
        }

        await BlockedAsync(7);
        await Eventually.TrueAsync(
            async () => (await ConditionsAsync("blockedSessions"))
                .Any(message => message.StartsWith("7 sessions blocked, ", StringComparison.Ordinal)),
            "the status tells of it");
        var status = await StatusAsync();
        var condition = status.GetProperty("conditions")
            .EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "blockedSessions");
        Assert.EndsWith(
            "; blocked by 1 session, 1 of them idle in transaction",
            condition.GetProperty("message").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(StagedServer.Target, condition.GetProperty("target").GetString());

        // PostgreSQL's own clock of the longest wait; a busy machine may lie between its look and ours.
        var since = condition.GetProperty("since").GetDateTimeOffset();
        var waits = new DateTimeOffset(await ScalarAsync<DateTime>("SELECT min(waitstart) FROM pg_locks WHERE NOT granted"));
        Assert.InRange((since - waits).TotalSeconds, -30, 30);
        var row = (await GetAsync("/api/v1/snapshots/latest?metric=blocking"))
            .GetProperty("items")[0]
            .GetProperty("rows")[0]
            .GetProperty("values");
        Assert.Equal(
            (await ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"), 1, 1),
            (row.GetProperty("blocked").GetInt64(), row.GetProperty("blockers").GetInt32(), row.GetProperty("idle_blockers").GetInt32()));

        // The collector itself is well.
        Assert.Equal("ok", status.GetProperty("state").GetString());
        using var client = server.CreateClient();
        using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation);
        Assert.True(ready.IsSuccessStatusCode);

        await RunAsync(blocker, "ROLLBACK");
        await Task.WhenAll(waiting);
        await Eventually.TrueAsync(async () => (await ConditionsAsync("blockedSessions")).Count == 0, "it is over");
    }

    [Fact]
    public async Task A_metric_that_fails_in_every_collection_degrades_the_state_until_it_is_answered()
    {
        Assert.Empty(await ConditionsAsync("metricFailing"));
        var session = await OpenAsync();
        await RunAsync(session, "CREATE TABLE divides_by_zero ()");
        await Eventually.TrueAsync(
            async () => (await ConditionsAsync("metricFailing")).SingleOrDefault() is { } message
                && message.StartsWith("it failed in its last ", StringComparison.Ordinal)
                && message.EndsWith(" collections: division by zero", StringComparison.Ordinal),
            "the status tells of it");
        var status = await StatusAsync();
        Assert.Equal("degraded", status.GetProperty("state").GetString());
        Assert.StartsWith(
            $"target {StagedServer.Target}, metric fragile: it failed in its last ",
            status.GetProperty("reasons").EnumerateArray().Single().GetString(),
            StringComparison.Ordinal);
        Assert.Equal("fragile", status.GetProperty("conditions").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "metricFailing").GetProperty("subject").GetString());
        using var client = server.CreateClient();
        using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation);
        Assert.True(ready.IsSuccessStatusCode);

        await RunAsync(session, "DROP TABLE divides_by_zero");
        await Eventually.TrueAsync(
            async () =>
                (await StatusAsync()).GetProperty("state").GetString() == "ok" && (await ConditionsAsync("metricFailing")).Count == 0,
            "it is over");
    }

    [Fact]
    public async Task Connections_near_the_limit_and_a_slot_that_was_lost()
    {
        const string Clients = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'";
        await ScalarAsync<object>("SELECT pg_create_physical_replication_slot('old_cdc', true)");
        await Eventually.TrueAsync(
            async () =>
            {
                await using var session = await NewAsync();
                await RunAsync(session, "SELECT pg_logical_emit_message(false, 'test', 'x')");
                await RunAsync(session, "SELECT pg_switch_wal()");
                await RunAsync(session, "CHECKPOINT");
                return await ScalarAsync<string>("SELECT wal_status FROM pg_replication_slots") == "lost";
            },
            "the slot is lost");
        await Eventually.TrueAsync(
            async () =>
            {
                // Again, because sessions that were just closed are counted until their processes have ended.
                while (await ScalarAsync<long>(Clients) < StagedServer.MaxConnections - 5)
                {
                    await OpenAsync();
                }

                return (await ConditionsAsync("replicationSlotLost")).Count == 1
                    && (await ConditionsAsync("connectionsNearLimit")).Count == 1;
            },
            "both are told of");
        Assert.StartsWith(
            "replication slot old_cdc was invalidated", (await ConditionsAsync("replicationSlotLost"))[0], StringComparison.Ordinal);
        Assert.Matches(
            "^3[4-7] of the 37 connections that are open to everybody are in use$", (await ConditionsAsync("connectionsNearLimit"))[0]);

        // It began with the first snapshot that showed it.
        var first = await SinceAsync();
        await Eventually.TrueAsync(async () => (await SinceAsync()).CollectedAt > first.CollectedAt, "it is read again");
        Assert.Equal(first.Since, (await SinceAsync()).Since);
    }

    private static async Task RunAsync(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<NpgsqlConnection> NewAsync()
    {
        var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        await session.OpenAsync(Cancellation);
        return session;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var session = await NewAsync();
        _sessions.Add(session);
        return session;
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var session = await NewAsync();
        await using var command = new NpgsqlCommand(sql, session);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private Task BlockedAsync(long count) => Eventually.TrueAsync(
        async () => await ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0") == count,
        $"{count} sessions are blocked");

    private async Task<JsonElement> GetAsync(string path)
    {
        using var client = server.CreateClient();
        return await client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Cancellation);
    }

    private Task<JsonElement> StatusAsync() => GetAsync("/api/v1/status");

    private async Task<List<string>> ConditionsAsync(string name) => [.. (await StatusAsync()).GetProperty("conditions").EnumerateArray()
        .Where(condition => condition.GetProperty("name").GetString() == name)
        .Select(condition => condition.GetProperty("message").GetString()!)];

    private async Task<(DateTimeOffset Since, DateTimeOffset CollectedAt)> SinceAsync()
    {
        var slot = (await StatusAsync())
            .GetProperty("conditions")
            .EnumerateArray()
            .Single(condition => condition.GetProperty("name").GetString() == "replicationSlotLost");
        return (slot.GetProperty("since").GetDateTimeOffset(), slot.GetProperty("collectedAt").GetDateTimeOffset());
    }
}
