using MetricsCollector.Collection.Collections;
using MetricsCollector.Collection.Targets;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Logging;

namespace MetricsCollector.Tests.Collection;

/// <summary>Connections that are cut, servers that fall silent, endpoints that lead to several servers: what is not read is told.</summary>
[Trait("PostgreSQL", "any")]
public sealed class LostConnectionTests(OddServer server) : IClassFixture<OddServer>
{
    private static readonly string[] Databases = FileCollector.File(
        "databases", "SELECT 1 AS v", "-- scope: database", "-- gauge v things: V.");

    [Fact]
    public async Task A_statement_that_ends_the_connection_costs_itself_only()
    {
        await using var collector = new FileCollector(
            server.ConnectionString, [Good("a"), Bad("b", "cut()"), Good("c"), Good("d"), Databases], "a,b,c,d,databases,up",
            "postgres,shop");
        for (var i = 0; i < 2; i++)
        {
            var collection = await collector.CollectAsync();
            Assert.Null(collection.Unreachable);
            Assert.Equal(
                (OutcomeStatus.Failed, "57P01"),
                (FileCollector.Find(collection, "b").Outcome.Status, FileCollector.Find(collection, "b").Outcome.SqlState));
            Assert.All(new[] { "a", "c", "d", "up" }, metric => Assert.Equal(Outcome.Ok, FileCollector.Find(collection, metric).Outcome));
            var databases = FileCollector.Find(collection, "databases");
            Assert.Equal((Outcome.Ok, 2), (databases.Outcome, databases.Rows.Count));
        }
    }

    [Fact]
    public async Task An_error_of_class_08_is_an_error_and_ends_nothing()
    {
        await using var collector = new FileCollector(
            server.ConnectionString, [Good("a"), Bad("b", "gone()"), Good("c"), Databases], "a,b,c,databases", "postgres,shop");
        var collection = await collector.CollectAsync();
        Assert.Equal(
            new Outcome(OutcomeStatus.Failed, "could not connect to server \"gone\"", "08001"),
            FileCollector.Find(collection, "b").Outcome);
        Assert.All(new[] { "a", "c" }, metric => Assert.Equal(Outcome.Ok, FileCollector.Find(collection, metric).Outcome));
        Assert.Equal(
            (Outcome.Ok, 2), (FileCollector.Find(collection, "databases").Outcome, FileCollector.Find(collection, "databases").Rows.Count));
    }

    [Fact]
    public async Task What_had_no_turn_says_so_and_has_it_the_next_time()
    {
        string[] bad = ["b1", "b2", "b3", "b4"];
        await using var collector = new FileCollector(
            server.ConnectionString, [.. bad.Select(name => Bad(name, "cut()")), Good("z"), Databases], "b1,b2,b3,b4,z,databases",
            "postgres,shop");
        var first = await collector.CollectAsync();
        var had = bad.Where(name => !IsWithoutTurn(first, name)).Select(name => FileCollector.Find(first, name).Outcome).ToArray();
        Assert.True(
            had.Length == 3 && had.All(IsCut),
            string.Join(Environment.NewLine, had.Select(outcome => $"{outcome.Status} {outcome.SqlState} {outcome.Reason}")));

        // What had no turn tells of the last of the cuts, in the same words.
        Assert.Equal(
            (OutcomeStatus.Failed, $"had no turn, the connection was cut before it ({had[^1].Reason}); it comes first next time"),
            (FileCollector.Find(first, "z").Outcome.Status, FileCollector.Find(first, "z").Outcome.Reason));
        Assert.Equal(had[^1].SqlState, FileCollector.Find(first, "z").Outcome.SqlState);
        Assert.True(IsWithoutTurn(first, "z"));
        Assert.Equal(
            (OutcomeStatus.Partial, 1),
            (FileCollector.Find(first, "databases").Outcome.Status, FileCollector.Find(first, "databases").Rows.Count));

        var second = await collector.CollectAsync();
        Assert.Equal(Outcome.Ok, FileCollector.Find(second, "z").Outcome);
        Assert.Equal(
            (Outcome.Ok, 2), (FileCollector.Find(second, "databases").Outcome, FileCollector.Find(second, "databases").Rows.Count));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_down_at_once_told_once_and_back()
    {
        await using var forwarder = new SwitchedForwarder(server.ConnectionString);
        await using var collector = new FileCollector(
            forwarder.ConnectionString, [Good("a"), Databases], "a,up,databases,roles", "postgres,shop", TimeSpan.FromSeconds(3));
        Assert.Null((await collector.CollectAsync()).Unreachable);
        forwarder.FallSilent();
        for (var i = 0; i < 2; i++)
        {
            var collection = await collector.CollectAsync();
            Assert.EndsWith("did not answer in time", collection.Unreachable, StringComparison.Ordinal);
            Assert.Equal(0, FileCollector.Find(collection, "up").Rows.Single().Readings[0]);
            Assert.Equal(TargetStatus.Down, collector.Collector.State.Status);
        }

        forwarder.Speak();
        var back = await collector.CollectAsync();
        Assert.Null(back.Unreachable);
        Assert.Equal(
            ["is up", "is down", "is up"],
            collector.Log.Select(line => line.Text.Split(' ', ':') is [_, _, var verb, var state, ..] ? $"{verb} {state}" : line.Text));
    }

    [Fact]
    public async Task Every_connection_of_a_collection_reaches_the_same_server_or_says_so()
    {
        await using var other = await LocalServer.StartAsync(
            new LocalServerOptions { FromTemplate = true, Major = TestMajors.All[0], Password = server.Server.SuperuserPassword },
            TestContext.Current.CancellationToken);
        await using (var connection = new Npgsql.NpgsqlConnection(other.ConnectionString()))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            foreach (var sql in new[] { "CREATE DATABASE shop", "CREATE DATABASE lat" })
            {
                await using var command = new Npgsql.NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }
        }

        var port = FileCollector.File("port", "SELECT current_setting('port')::int AS v", "-- scope: database", "-- gauge v things: V.");
        await using var balanced = new SwitchedForwarder(server.ConnectionString, other.ConnectionString());
        await using var collector = new FileCollector(balanced.ConnectionString, [port], "port", "postgres,shop,lat");
        for (var i = 0; i < 4; i++)
        {
            var snapshot = FileCollector.Find(await collector.CollectAsync(), "port");
            Assert.Single(snapshot.Rows.Select(row => row.Readings[0]).Distinct());
            Assert.Equal((Outcome.Ok, 3), (snapshot.Outcome, snapshot.Rows.Count));
        }

        AssertToldOnce(collector);

        // All further connections lead elsewhere.
        await using var split = new SwitchedForwarder([server.ConnectionString, .. Enumerable.Repeat(other.ConnectionString(), 40)]);
        await using var misled = new FileCollector(split.ConnectionString, [port], "port", "postgres,shop,lat");
        var partial = FileCollector.Find(await misled.CollectAsync(), "port");
        Assert.Equal((OutcomeStatus.Partial, 1), (partial.Outcome.Status, partial.Rows.Count));
        Assert.Contains("the endpoint leads to several servers", partial.Outcome.Reason, StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            await misled.CollectAsync();
        }

        AssertToldOnce(misled);
    }

    [Fact]
    public async Task A_server_of_another_version_is_asked_with_its_own_statements_at_once()
    {
        var major = TestMajors.All[0] == PostgresMajors.Oldest ? PostgresMajors.Packages.Keys.Max() : PostgresMajors.Oldest;
        LocalServer other;
        try
        {
            other = await LocalServer.StartAsync(
                new LocalServerOptions
                {
                    FromTemplate = true,
                    Major = major,
                    Password = server.Server.SuperuserPassword,
                }, TestContext.Current.CancellationToken);
        }
        catch (PostgresNotFoundException exception)
        {
            Assert.Skip(exception.Message);
            return;
        }

        await using var another = other;
        await using var moving = new SwitchedForwarder([server.ConnectionString, .. Enumerable.Repeat(other.ConnectionString(), 20)]);
        await using var collector = new FileCollector(
            $"{moving.ConnectionString};Application Name=moving", [], "checkpointer,wal,bgwriter,up");
        for (var i = 0; i < 3; i++)
        {
            var collected = await collector.CollectAsync();
            Assert.Equal(i == 0 ? TestMajors.All[0] : major, collector.Collector.State.Facts!.Major);
            Assert.All(collected.Snapshots, snapshot => Assert.Equal((snapshot.Metric, Outcome.Ok), (snapshot.Metric, snapshot.Outcome)));
            await server.ExecuteAsync("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'moving'");
        }
    }

    private static void AssertToldOnce(FileCollector collector)
    {
        Assert.Single(collector.Log, line => line.Text.Contains("leads to several servers by turns", StringComparison.Ordinal));
        Assert.DoesNotContain(collector.Log, line => line.Text.Contains("metric port", StringComparison.Ordinal));
        Assert.InRange(collector.Log.Count, 2, 3);
        Assert.Equal(2, collector.Collector.State.ByTurns!.Split("; ").Length);
    }

    [Fact]
    public async Task The_server_s_own_reason_is_told_where_connections_are_limited_and_databases_take_turns()
    {
        var role = $"limited_{Guid.NewGuid():N}";
        await server.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'limited' CONNECTION LIMIT 1");
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = role, Password = "limited" };
        await using var collector = new FileCollector(connection.ConnectionString, [Databases], "databases", "postgres,shop");
        var snapshot = await collector.CollectAsync("databases");
        Assert.Equal((OutcomeStatus.Partial, 1), (snapshot.Outcome.Status, snapshot.Rows.Count));
        Assert.Contains("too many connections for role", snapshot.Outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_s_reason_is_told_where_a_pooler_only_keeps_waiting()
    {
        var role = $"pooled_{Guid.NewGuid():N}";
        await server.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'limited' CONNECTION LIMIT 1");
        var direct = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = role, Password = "limited" };
        await using var pooler = new SwitchedForwarder(direct.ConnectionString) { MostAtOnce = 1 };
        await using var collector = new FileCollector(
            pooler.ConnectionString, [Databases], "databases", "postgres,shop", TimeSpan.FromSeconds(3));
        var snapshot = await collector.CollectAsync("databases");
        Assert.Equal((OutcomeStatus.Partial, 1), (snapshot.Outcome.Status, snapshot.Rows.Count));
        Assert.Contains($"too many connections for role \"{role}\"", snapshot.Outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_that_throws_marks_the_target_with_the_reason_until_one_succeeds()
    {
        await using var collector = new FileCollector(server.ConnectionString, [Good("a")], "a,up");
        await collector.CollectAsync();

        // What is told to be stored is a mistake of this test's writer, which throws.
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            collector.Collector.CollectNowAsync(["a"], store: true, TestContext.Current.CancellationToken));
        Assert.True(collector.Collector.Broke(exception));
        Assert.False(collector.Collector.Broke(exception));
        Assert.Equal(TargetStatus.Down, collector.Collector.State.Status);
        Assert.Contains("A dry run wrote.", collector.Collector.State.Reason, StringComparison.Ordinal);
        await collector.CollectAsync();
        Assert.Equal(TargetStatus.Up, collector.Collector.State.Status);
    }

    [Fact]
    public void Databases_that_waited_longest_come_first_and_those_that_do_not_answer_last()
    {
        var turns = new DatabaseTurns();
        Assert.Equal(["a", "b", "c", "d"], turns.Order(["d", "c", "b", "a"]));
        turns.Visited("a", answered: true);
        turns.Visited("b", answered: false);
        Assert.Equal(["c", "d", "a", "b"], turns.Order(["a", "b", "c", "d"]));
        turns.Visited("c", answered: false);
        Assert.Equal(["d", "a", "b", "c"], turns.Order(["a", "b", "c", "d"]));
        turns.Visited("b", answered: true);
        Assert.Equal(["d", "a", "b", "c"], turns.Order(["a", "b", "c", "d"]));
    }

    [Fact]
    public async Task What_is_for_other_servers_is_no_news_and_what_fails_is_a_warning()
    {
        await using var collector = new FileCollector(
            server.ConnectionString, [Good("a"), Bad("b", "1/0")], "a,b,recovery,wal_receiver,up");
        await collector.CollectAsync();
        await collector.CollectAsync();
        Assert.Equal(
            [(LogLevel.Information, "Target test is up"), (LogLevel.Warning, "Target test, metric b failed")],
            collector.Log.Select(line => (line.Level, line.Text.Split(':')[0])));
        Assert.DoesNotContain(collector.Log, line => line.Text.Contains("null", StringComparison.Ordinal));
    }

    // The server's own reason; where it ended the session before all was sent, Npgsql fails at writing and does not read what it said.
    private static bool IsCut(Outcome outcome) => outcome.Status == OutcomeStatus.Failed
        && (outcome.SqlState == "57P01"
            || (outcome.SqlState is null && outcome.Reason!.EndsWith(" closed the connection", StringComparison.Ordinal)));

    private static bool IsWithoutTurn(CollectionRun collection, string metric) =>
        FileCollector.Find(collection, metric).Outcome is { Status: OutcomeStatus.Failed, Reason: { } reason }
            && reason.StartsWith("had no turn", StringComparison.Ordinal);

    private static string[] Good(string name) => FileCollector.File(name, "SELECT 1 AS v", "-- gauge v things: V.");

    private static string[] Bad(string name, string expression) =>
        FileCollector.File(name, $"SELECT {expression} AS v", "-- gauge v things: V.");
}
