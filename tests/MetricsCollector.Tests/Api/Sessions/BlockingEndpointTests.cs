using System.Globalization;
using System.Net;
using System.Text.Json;
using Npgsql;

namespace MetricsCollector.Tests.Api.Sessions;

/// <summary>
/// Who waits for whom on a server where it was staged, against what PostgreSQL says itself: while it lasts, and after it.
/// </summary>
[Trait("PostgreSQL", "any")]
public sealed class BlockingEndpointTests(BlockedServer server) : IClassFixture<BlockedServer>, IAsyncLifetime
{
    private const string Blocking = $"/api/v1/targets/{BlockedServer.Target}/blocking";
    private const string Sessions = $"/api/v1/targets/{BlockedServer.Target}/sessions";

    private readonly StagedBlocking _stage = new(server);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task An_incident_is_shown_while_it_lasts_and_at_its_time_after_it()
    {
        var holder = await _stage.OpenAsync("holder");
        await StagedBlocking.RunAsync(holder, "CREATE TABLE stock (id int PRIMARY KEY, amount int); INSERT INTO stock VALUES (1, 9)");
        await StagedBlocking.RunAsync(holder, "BEGIN; UPDATE stock SET amount = 8 WHERE id = 1");
        var web = new List<NpgsqlConnection>();
        for (var i = 1; i <= 3; i++)
        {
            web.Add(await _stage.BlockAsync($"web{i}", $"UPDATE stock SET amount = amount - {i} WHERE id = 1"));
        }

        var ddl = await _stage.BlockAsync("ddl", "ALTER TABLE stock ADD COLUMN place text");
        var report = await _stage.BlockAsync("report", "SELECT * FROM stock WHERE id = 2");
        var edges = await _stage.EdgesAsync();
        var now = await _stage.GetAsync(Blocking);
        CheckIncident(now, edges, holder, web, ddl, report, texts: true);
        await CheckSessionsAsync(holder, report);

        var rows = (await _stage.TextAsync($"{Blocking}?format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, rows.Length);
        Assert.StartsWith($"0,{holder.ProcessID},,,,5,false,", rows[1], StringComparison.Ordinal);
        Assert.Equal(
            StagedBlocking.Items(now).Select(item => item.GetProperty("pid").GetInt32()),
            (await _stage.TextAsync($"{Blocking}?format=ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("pid").GetInt32()));

        var then = await StoredAsync(BlockedServer.Target, edges);
        var quiet = await StoredAsync(BlockedServer.Quiet, edges);
        await StagedBlocking.RunAsync(holder, "ROLLBACK");
        await _stage.EndedAsync();
        await Eventually.TrueAsync(async () => StagedBlocking.Items(await _stage.GetAsync(Blocking)).Count == 0, "nobody waits now");

        var past = await _stage.GetAsync($"{Blocking}?at={then}");
        CheckIncident(past, edges, holder, web, ddl, report, texts: true);
        Assert.Equal(then, past.GetProperty("collectedAt").GetString());
        CheckIncident(
            await _stage.GetAsync($"/api/v1/targets/{BlockedServer.Quiet}/blocking?at={quiet}"), edges, holder, web, ddl, report,
            texts: false);
        await StoredAsync(BlockedServer.Target, string.Empty);
    }

    [Fact]
    public async Task Prepared_transactions_that_block_are_shown_with_their_identifiers()
    {
        var session = await _stage.OpenAsync();
        await StagedBlocking.RunAsync(session, "CREATE TABLE ledger (id int PRIMARY KEY, v int); INSERT INTO ledger VALUES (1, 1), (2, 2)");
        await StagedBlocking.RunAsync(session, "BEGIN; UPDATE ledger SET v = 0 WHERE id = 1; PREPARE TRANSACTION 'order 1'");
        await StagedBlocking.RunAsync(session, "BEGIN; UPDATE ledger SET v = 0 WHERE id = 2; PREPARE TRANSACTION 'order 2'");
        await StagedBlocking.RunAsync(session, "BEGIN; LOCK TABLE ledger IN ACCESS SHARE MODE; PREPARE TRANSACTION 'reader'");
        var row = await _stage.BlockAsync("row", "UPDATE ledger SET v = 3 WHERE id = 1");
        var table = await _stage.BlockAsync("table", "BEGIN; LOCK TABLE ledger IN SHARE MODE");
        var tree = await _stage.GetAsync(Blocking);
        var prepared = StagedBlocking.Items(tree).Where(item => item.GetProperty("pid").GetInt32() == 0).ToList();
        Assert.Equal(
            [("order 1", "prepared", 2), ("order 2", "prepared", 1)],
            prepared.Select(item => (
                item.GetProperty("preparedTransaction").GetString()!,
                item.GetProperty("state").GetString()!,
                item.GetProperty("blocks").GetInt32())).Order());
        Assert.Equal(await _stage.EdgesAsync(), StagedBlocking.EdgesOf(tree));
        Assert.Equal("ledger", Relation(StagedBlocking.Item(tree, row.ProcessID)));
        Assert.Equal("ledger", Relation(StagedBlocking.Item(tree, table.ProcessID)));
        foreach (var gid in (string[])["order 1", "order 2", "reader"])
        {
            await StagedBlocking.RunAsync(session, $"ROLLBACK PREPARED '{gid}'");
        }

        await _stage.EndedAsync();
    }

    [Fact]
    public async Task A_table_of_another_database_is_named()
    {
        await StagedBlocking.RunAsync(await _stage.OpenAsync(), "CREATE DATABASE shop");
        var holder = await _stage.OpenAsync("holder", "shop");
        await StagedBlocking.RunAsync(holder, "CREATE SCHEMA sales; CREATE TABLE sales.orders ()");
        await StagedBlocking.RunAsync(holder, "BEGIN; LOCK TABLE sales.orders");
        var waiter = await _stage.BlockAsync("waiter", "SELECT FROM sales.orders", "shop");
        for (var i = 0; i < 2; i++)
        {
            var item = StagedBlocking.Item(await _stage.GetAsync(Blocking), waiter.ProcessID);
            Assert.Equal("shop sales.orders", $"{item.GetProperty("database")} {item.GetProperty("relation")}");
        }

        await StoredAsync(BlockedServer.Target, await _stage.EdgesAsync());
        Assert.Equal(
            "sales.orders",
            StagedBlocking.Item(await _stage.GetAsync($"{Blocking}?at=now"), waiter.ProcessID).GetProperty("relation").GetString());
        await StagedBlocking.RunAsync(holder, "ROLLBACK");
        await _stage.EndedAsync();
    }

    [Fact]
    public async Task Commands_that_name_a_password_are_not_shown()
    {
        var holder = await _stage.OpenAsync();
        await StagedBlocking.RunAsync(holder, "CREATE ROLE renewed");
        await StagedBlocking.RunAsync(holder, "BEGIN; ALTER ROLE renewed PASSWORD 'first-secret'");
        var waiting = await _stage.BlockAsync("renewer", "ALTER ROLE renewed PASSWORD 'second-secret'");
        foreach (var path in (string[])[Blocking, Sessions])
        {
            var text = await _stage.TextAsync(path);
            Assert.Contains($"\"pid\":{waiting.ProcessID},", text, StringComparison.Ordinal);
            Assert.Contains("(not shown: a command that names a password)", text, StringComparison.Ordinal);
            Assert.DoesNotContain("-secret", text, StringComparison.Ordinal);
        }

        await StagedBlocking.RunAsync(holder, "ROLLBACK");
        await _stage.EndedAsync();
        await StagedBlocking.RunAsync(holder, "DROP ROLE renewed");
    }

    [Fact]
    public async Task A_deadlock_is_shown_before_the_server_ends_it()
    {
        var (one, other) = (await _stage.OpenAsync("one"), await _stage.OpenAsync("other"));
        await StagedBlocking.RunAsync(one, "CREATE TABLE left_side (); CREATE TABLE right_side ()");
        await StagedBlocking.RunAsync(one, "SET deadlock_timeout = '10min'; BEGIN; LOCK TABLE left_side");
        await StagedBlocking.RunAsync(other, "SET deadlock_timeout = '10min'; BEGIN; LOCK TABLE right_side");
        _stage.Start(one, "LOCK TABLE right_side");
        _stage.Start(other, "LOCK TABLE left_side");
        await Eventually.TrueAsync(
            async () => StagedBlocking.EdgesOf(await _stage.GetAsync(Blocking)).Contains(' ', StringComparison.Ordinal), "both wait");
        var tree = await _stage.GetAsync(Blocking);
        Assert.Equal(await _stage.EdgesAsync(), StagedBlocking.EdgesOf(tree));
        Assert.Equal([0, 1], StagedBlocking.Items(tree).Select(item => item.GetProperty("depth").GetInt32()));
        Assert.All(StagedBlocking.Items(tree), item => Assert.True(item.GetProperty("inCycle").GetBoolean()));
        await _stage.ScalarAsync<bool>($"SELECT pg_terminate_backend({one.ProcessID})");
        await _stage.EndedAsync();
    }

    [Fact]
    public async Task A_role_without_rights_is_told_what_to_grant()
    {
        const string Grant = "GRANT pg_monitor TO \"bare\"";
        var tree = await _stage.GetAsync($"/api/v1/targets/{BlockedServer.Bare}/blocking");
        Assert.Equal("skipped", tree.GetProperty("outcome").GetString());
        Assert.Contains(Grant, tree.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var session = await _stage.OpenAsync("secretive");
        await StagedBlocking.RunAsync(session, "SELECT 'a secret'");
        var sessions = await _stage.GetAsync($"/api/v1/targets/{BlockedServer.Bare}/sessions");
        Assert.Equal("partial", sessions.GetProperty("outcome").GetString());
        Assert.Contains(Grant, sessions.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var shown = StagedBlocking.Item(sessions, session.ProcessID);
        Assert.Equal("secretive", shown.GetProperty("application").GetString());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("query").ValueKind);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_problem_with_its_reason()
    {
        foreach (var path in (string[])["sessions", "blocking"])
        {
            using var answer = await _stage.SendAsync($"/api/v1/targets/{BlockedServer.Gone}/{path}?format=csv");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("127.0.0.1:1: ", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_not_collected_is_told_from_nobody_waiting()
    {
        await Eventually.TrueAsync(
            async () => (await _stage.SendAsync($"{Blocking}?at=now")).StatusCode == HttpStatusCode.OK, "something is collected");
        using var answer = await _stage.SendAsync($"{Blocking}?at=-1h");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(
            "nothing is stored from before that time",
            (await _stage.GetAsync($"{Blocking}?at=-1h")).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            $"/api/v1/targets/{BlockedServer.Target}/blocking?at=TIME",
            (await _stage.GetAsync($"{Sessions}?at=-1h")).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "did you mean 'db1'?",
            (await _stage.GetAsync("/api/v1/targets/db/blocking?at=-1h")).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
    }

    private static string? Relation(JsonElement item) => item.GetProperty("relation").GetString()?.Split('.')[^1];

    private static void CheckIncident(
        JsonElement tree, string edges, NpgsqlConnection holder, List<NpgsqlConnection> web, NpgsqlConnection ddl, NpgsqlConnection report,
        bool texts)
    {
        Assert.Equal(("ok", 5), (tree.GetProperty("outcome").GetString(), tree.GetProperty("waiting").GetInt32()));
        Assert.Equal(edges, StagedBlocking.EdgesOf(tree));
        var items = StagedBlocking.Items(tree);
        Assert.Equal(
            [holder.ProcessID, .. web.Select(one => one.ProcessID), ddl.ProcessID, report.ProcessID],
            items.Select(item => item.GetProperty("pid").GetInt32()));
        Assert.Equal([0, 1, 2, 3, 4, 5], items.Select(item => item.GetProperty("depth").GetInt32()));
        Assert.Equal([5, 4, 3, 2, 1, 0], items.Select(item => item.GetProperty("blocks").GetInt32()));
        Assert.Equal("idle in transaction", items[0].GetProperty("state").GetString());
        Assert.Equal(
            [
                "transactionid ShareLock", "tuple ExclusiveLock", "tuple ExclusiveLock", "relation AccessExclusiveLock",
                "relation AccessShareLock",
            ],
            items.Skip(1).Select(item => $"{item.GetProperty("lockType")} {item.GetProperty("mode")}"));
        Assert.All(items.Skip(1), item => Assert.Equal("stock", Relation(item)));
        Assert.Equal(
            ["holder", "web1", "web2", "web3", "ddl", "report"], items.Select(item => item.GetProperty("application").GetString()));
        Assert.Equal(
            texts
                ?
                [
                    "UPDATE stock SET amount = 8 WHERE id = 1", "UPDATE stock SET amount = amount - 1 WHERE id = 1",
                    "UPDATE stock SET amount = amount - 2 WHERE id = 1", "UPDATE stock SET amount = amount - 3 WHERE id = 1",
                    "ALTER TABLE stock ADD COLUMN place text", "SELECT * FROM stock WHERE id = 2",
                ]
                : new string?[6],
            items.Select(item => item.GetProperty("query").GetString()));
    }

    private async Task CheckSessionsAsync(NpgsqlConnection holder, NpgsqlConnection report)
    {
        var sessions = await _stage.GetAsync($"{Sessions}?order=blocks&label=database:postgres");
        Assert.Equal("ok", sessions.GetProperty("outcome").GetString());
        var first = StagedBlocking.Items(sessions)[0];
        Assert.Equal((holder.ProcessID, 5), (first.GetProperty("pid").GetInt32(), first.GetProperty("blocks").GetInt32()));
        Assert.Equal(
            await _stage.ScalarAsync<string>($"SELECT pg_blocking_pids({report.ProcessID})::text"),
            $"{{{string.Join(',', StagedBlocking.Item(sessions, report.ProcessID).GetProperty("blockedBy").EnumerateArray())}}}");
        Assert.Equal(
            await _stage.ScalarAsync<string>(
                "SELECT concat_ws(' ', usename, backend_type, wait_event_type, wait_event, query_id) FROM pg_stat_activity "
                + $"WHERE pid = {holder.ProcessID}"),
            string.Join(
                ' ',
                new[] { "role", "backendType", "waitEventType", "waitEvent", "queryId" }
                    .Select(name => first.GetProperty(name).GetString())));

        // The longest transaction first; chosen and cut.
        var one = await _stage.GetAsync($"{Sessions}?label=application:web*&limit=1");
        Assert.Equal("web1", Assert.Single(StagedBlocking.Items(one)).GetProperty("application").GetString());
        Assert.Equal(2, one.GetProperty("leftOut").GetInt32());
        var rows = await _stage.TextAsync($"{Sessions}?label=application:web*&format=csv");
        Assert.Equal(4, rows.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(
            "did you mean 'state'?",
            (await _stage.GetAsync($"{Sessions}?label=stat:active")).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
    }

    // Waits until the newest stored collection says so, and gives its time.
    private async Task<string> StoredAsync(string target, string edges)
    {
        JsonElement stored = default;
        await Eventually.TrueAsync(
            async () =>
            {
                stored = await _stage.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/targets/{target}/blocking?at=now"));
                return stored.TryGetProperty("items", out _) && StagedBlocking.EdgesOf(stored) == edges
                    && stored.GetProperty("outcome").GetString() == "ok";
            },
            $"'{edges}' is stored of {target}");
        return stored.GetProperty("collectedAt").GetString()!;
    }
}
