using MetricsCollector.Snapshots;
using MetricsCollector.Targets.PostgreSql;
using Npgsql;

namespace MetricsCollector.Tests.Collection.Outcomes;

/// <summary>A statement that a server refuses costs itself, and says who refused it.</summary>
[Trait("PostgreSQL", "any")]
public sealed class RefusedStatementTests(OddServer server) : IClassFixture<OddServer>
{
    private const string Slow = "SELECT 1 AS v FROM pg_sleep(300)";
    private const string Gauge = "-- gauge v things: V.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("53300")]
    [InlineData("58030")]
    [InlineData("XX000")]
    public async Task An_error_of_any_code_is_told_as_any_other_and_the_rest_is_collected(string code)
    {
        var raise = $"raise_{Guid.NewGuid():N}";
        foreach (var database in new[] { "postgres", "shop" })
        {
            await server.ExecuteAsync(
                $"CREATE FUNCTION {raise}() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'odd' USING ERRCODE = '{code}'; END "
                    + "$$",
                database);
        }

        await using var collector = new FileCollector(
            server.ConnectionString,
            [
                FileCollector.File("b", $"SELECT {raise}() AS v", Gauge),
                FileCollector.File("c", "SELECT 1 AS v", Gauge),
                FileCollector.File("d", $"SELECT {raise}() AS v", Gauge, "-- scope: database"),
                FileCollector.File("e", "SELECT 1 AS v", Gauge, "-- scope: database"),
            ],
            "b,c,d,e,up",
            "postgres,shop");
        for (var i = 0; i < 2; i++)
        {
            var collected = await collector.CollectAsync();
            Assert.Null(collected.Unreachable);
            Assert.Equal(new Outcome(OutcomeStatus.Failed, "odd", code), collected.Find("b").Outcome);
            Assert.Equal(
                ("database postgres, shop: odd", code), (collected.Find("d").Outcome.Reason, collected.Find("d").Outcome.SqlState));
            Assert.All(new[] { "c", "e", "up" }, metric => Assert.Equal(Outcome.Ok, collected.Find(metric).Outcome));
            Assert.Equal(2, collected.Find("e").Rows.Count);
        }
    }

    [Fact]
    public async Task A_grant_that_one_database_lacks_does_not_hide_behind_the_failure_of_another()
    {
        var role = $"hidden_{Guid.NewGuid():N}";
        await server.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'hidden'; CREATE TABLE public.{role} (); GRANT SELECT ON public.{role} TO {role}");
        await server.ExecuteAsync($"CREATE TABLE public.{role} ()", "shop");
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = role, Password = "hidden" };
        await using var collector = new FileCollector(
            connection.ConnectionString,
            [FileCollector.File("m", $"SELECT 1 / count(*) AS v FROM public.{role}", Gauge, "-- scope: database")],
            "m",
            "postgres,shop");
        var outcome = (await collector.CollectAsync("m")).Outcome;
        Assert.Contains("division by zero", outcome.Reason, StringComparison.Ordinal);
        var grant = Assert.Single(TestCollector.GrantsIn(outcome.Reason!));

        // What is advised helps: the other failure alone is left, in both.
        await server.ExecuteAsync(grant, "shop");
        Assert.Equal("database postgres, shop: division by zero", (await collector.CollectAsync("m")).Outcome.Reason);
    }

    [Fact]
    public async Task A_statement_that_somebody_cancels_did_not_take_too_long()
    {
        await using var collector = new FileCollector(
            $"{server.ConnectionString};Application Name=cancelled", [FileCollector.File("slow", Slow, Gauge)], "slow",
            timeout: TimeSpan.FromMinutes(5));
        var collecting = collector.CollectAsync("slow");
        await Eventually.TrueAsync(
            () => TestCollector.ScalarAsync<bool>(
                server.ConnectionString,
                "SELECT coalesce(bool_or(pg_cancel_backend(pid)), false) FROM pg_stat_activity "
                + "WHERE application_name = 'cancelled' AND wait_event = 'PgSleep'"),
            "it is cancelled");
        Assert.Equal(
            new Outcome(
                OutcomeStatus.Failed,
                "was cancelled, but not by Collection:Timeout: canceling statement due to user request",
                PostgresErrorCodes.QueryCanceled),
            (await collecting).Outcome);
    }

    [Fact]
    public async Task A_statement_that_takes_longer_than_it_may_says_so()
    {
        await using var collector = new FileCollector(
            server.ConnectionString, [FileCollector.File("slow", Slow, Gauge)], "slow", timeout: TimeSpan.FromSeconds(1));
        Assert.Equal(
            new Outcome(OutcomeStatus.Failed, "took longer than Collection:Timeout and was cancelled", PostgresErrorCodes.QueryCanceled),
            await OutcomeAsync(collector));
    }

    [Fact]
    public async Task A_statement_that_is_slow_from_the_first_collection_on_is_no_server_that_is_silent()
    {
        await using var collector = new FileCollector(
            server.ConnectionString,
            [FileCollector.File("slow", "SELECT 1 AS v FROM pg_sleep(5)", Gauge), FileCollector.File("quick", "SELECT 1 AS v", Gauge)],
            "slow,quick",
            timeout: TimeSpan.FromSeconds(8));
        var collected = await collector.CollectAsync();
        Assert.Null(collected.Unreachable);
        Assert.Equal((Outcome.Ok, Outcome.Ok), (collected.Find("slow").Outcome, collected.Find("quick").Outcome));

        // The facts, and all statements together: no second connection had to tell whether the server is there.
        Assert.Equal(2, collected.RoundTrips);
    }

    [Theory]
    [InlineData("storniere Anfrage wegen Zeitüberschreitung der Anfrage", true, true)]
    [InlineData("storniere Anfrage wegen Benutzeraufforderung", false, false)]
    [InlineData("canceling statement due to statement timeout", true, true)]
    [InlineData("canceling statement due to statement timeout", false, false)]
    [InlineData("canceling statement due to user request", true, false)]
    public void Whose_limit_it_was_is_told_in_any_language_of_the_server(string message, bool timedOut, bool ours)
    {
        var refused = new PostgresException(message, "ERROR", "ERROR", PostgresErrorCodes.QueryCanceled);
        var reason = RefusedStatement.OutcomeOf(refused, timedOut: timedOut).Reason;
        Assert.Equal(
            ours ? "took longer than Collection:Timeout and was cancelled" : $"was cancelled, but not by Collection:Timeout: {message}",
            reason);
    }

    [Fact]
    public async Task A_metric_file_means_the_same_whatever_the_role_sets()
    {
        var role = $"strings_{Guid.NewGuid():N}";
        await server.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'strings'; "
            // PostgreSQL 19 refuses it: strings are standard ones for every role.
            + (TestMajors.All[0] < 19 ? $"ALTER ROLE {role} SET standard_conforming_strings = off; " : "")
            + $"ALTER ROLE {role} SET backslash_quote = on");
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = role, Password = "strings" };
        await using var collector = new FileCollector(
            connection.ConnectionString,
            [
                FileCollector.File("a", """SELECT length('\xdeadbeef'::bytea) AS v""", Gauge),
                FileCollector.File("b", """SELECT length('\') AS v, 'it''s \n' AS l""", Gauge, "-- label l: L.", "-- scope: database"),
            ],
            "a,b",
            "postgres,shop");
        for (var i = 0; i < 2; i++)
        {
            var collected = await collector.CollectAsync();
            Assert.Equal((Outcome.Ok, 4), (collected.Find("a").Outcome, collected.Find("a").Rows.Single().Readings[0]));
            Assert.Equal(Outcome.Ok, collected.Find("b").Outcome);
            Assert.All(collected.Find("b").Rows, row => Assert.Equal((@"it's \n", 1), (row.Labels["l"], row.Readings[0])));
        }
    }

    private static async Task<Outcome> OutcomeAsync(FileCollector collector) => (await collector.CollectAsync("slow")).Outcome;
}
