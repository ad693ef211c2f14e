using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Tests.Collection.Outcomes;

/// <summary>What a reason advises is run as it is printed, by a superuser, and then the metric is there.</summary>
[Trait("PostgreSQL", "each")]
public sealed class RemedyTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Majors => [.. TestMajors.All];

    [Fact]
    public async Task A_database_whose_size_may_not_be_read_costs_no_other()
    {
        await using var closed = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        await TestCollector.RunAsync(closed.ConnectionString, $"REVOKE CONNECT ON DATABASE {closed.Name} FROM PUBLIC");
        await using var collector = TestCollector.Of(role.ConnectionString, databases: "postgres");
        var part = (await collector.CollectAsync("database_size")).Find("database_size");
        Assert.Equal(OutcomeStatus.Partial, part.Outcome.Status);
        Assert.True(part.Value("size", ("datname", "postgres")) > 0);
        Assert.DoesNotContain(closed.Name, part.Rows.Select(row => row.Labels["datname"]));

        await TestCollector.RunAsync(closed.ConnectionString, [.. TestCollector.GrantsIn(part.Outcome.Reason!)]);
        var whole = (await collector.CollectAsync("database_size")).Find("database_size");
        var size = await TestCollector.ScalarAsync<long>(closed.ConnectionString, "SELECT pg_database_size(current_database())");
        Assert.Equal(Outcome.Ok, whole.Outcome);
        Assert.Equal((double)size, whole.Value("size", ("datname", closed.Name))!.Value, size / 5.0);
    }

    [Theory]
    [InlineData("SELECT count(*) AS value FROM app.\"Order Items\"", 1)]
    [InlineData("SELECT count(*) AS value FROM app.\"select\"\"quoted\"", 1)]
    [InlineData("SELECT count(*) AS value FROM app.summary", 1)]
    [InlineData("SELECT count(*) AS value FROM app.through", 1)]
    [InlineData("SELECT last_value AS value FROM app.\"Numbers\"", 1)]
    [InlineData("SELECT app.f(1) AS value", 1)]
    [InlineData("SELECT app.f(1, ARRAY[]::app.\"Kind\"[]) AS value", 1)]
    [InlineData("SELECT app.total(i) AS value FROM generate_series(1, 3) AS i", 1)]
    [InlineData("SELECT count(*) AS value FROM \"Closed Schema\".orders", 2)]
    [InlineData("SELECT \"Closed Schema\".f(1) AS value", 2)]
    [InlineData("SELECT closed.f(1) AS value", 2)]
    [InlineData("SELECT CLOSED.F(1) + count(*) AS value FROM Closed.Orders", 3)]
    [InlineData("SELECT last_value AS value FROM closed.numbers", 2)]
    [InlineData("SELECT count(*) AS value FROM closed.calling", 3)]
    [InlineData("SELECT count('a'::closed.kind) AS value", 1)]
    [InlineData("SELECT (SELECT count(*) FROM app.\"Order Items\") + (SELECT count(*) FROM app . summary) AS value", 2)]
    [InlineData("SELECT (SELECT count(*) FROM app.summary) + (SELECT count(*) FROM closed.orders) + \"Closed Schema\".f(1) AS value", 5)]
    [InlineData("SELECT count(*) AS value FROM pg_authid", 1)]
    [InlineData("SELECT count(*) AS value FROM pg_ls_waldir()", 1)]
    [InlineData("SELECT count(*) AS value FROM pg_shmem_allocations", 1)]
    [InlineData("SELECT count(current_setting('data_directory')) AS value", 1)]
    [InlineData("SELECT count(pg_tablespace_size('pg_global')) AS value", 1)]
    public async Task The_printed_grants_give_what_was_missing(string sql, int grants)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        await TestCollector.RunAsync(
            database.ConnectionString,
            $"GRANT CONNECT ON DATABASE {database.Name} TO {role.Name}",
            "CREATE SCHEMA app; CREATE SCHEMA \"Closed Schema\"; CREATE SCHEMA closed; CREATE SCHEMA other",
            $"GRANT USAGE ON SCHEMA app, other TO {role.Name}",
            // Objects of the same name elsewhere, which are not meant.
            "CREATE TABLE other.\"Order Items\" (i int); CREATE TABLE other.orders (i int); CREATE TABLE other.items (i int)",
            "CREATE TABLE app.\"Order Items\" (i int); CREATE TABLE app.\"select\"\"quoted\" (i int)",
            "CREATE TABLE \"Closed Schema\".orders (i int); CREATE TABLE closed.orders (i int); CREATE SEQUENCE closed.numbers",
            "CREATE TYPE closed.kind AS ENUM ('a')",
            FunctionIn("other"),
            FunctionIn("closed"),
            FunctionIn("\"Closed Schema\""),
            "CREATE VIEW closed.calling AS SELECT closed.f(i) AS i FROM generate_series(1, 2) AS i",
            "CREATE MATERIALIZED VIEW app.summary AS SELECT 1 AS i",
            "CREATE SEQUENCE app.\"Numbers\"; CREATE TYPE app.\"Kind\" AS ENUM ('a')",
            "CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION app.f(int) FROM PUBLIC",
            "CREATE FUNCTION app.f(int, app.\"Kind\"[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "REVOKE EXECUTE ON FUNCTION app.f(int, app.\"Kind\"[]) FROM PUBLIC",
            "CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int); REVOKE EXECUTE ON FUNCTION app.total(int) FROM PUBLIC",
            "CREATE VIEW app.through AS SELECT i FROM app.\"Order Items\"");
        static string FunctionIn(string schema) => $"CREATE FUNCTION {schema}.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; "
            + $"REVOKE EXECUTE ON FUNCTION {schema}.f(int) FROM PUBLIC";

        var catalog = TestCollector.CatalogOf($"-- metric: refused\n-- summary: R.\n-- gauge value rows: Value.\n{sql}");
        await using var rights = new RightsOf(role, database);
        await using var collector = TestCollector.Of(database.ConnectionStringOf(role), catalog, database.Name);
        var outcome = (await collector.CollectAsync("refused")).Find("refused").Outcome;
        Assert.Equal((OutcomeStatus.Skipped, "42501"), (outcome.Status, outcome.SqlState));
        var printed = TestCollector.GrantsIn(outcome.Reason!);
        Assert.True(printed.Count >= grants, outcome.Reason);
        Assert.DoesNotContain("other", string.Join(' ', printed), StringComparison.Ordinal);

        // The second time it is known, and asks nothing more.
        Assert.Equal(outcome, (await collector.CollectAsync("refused")).Find("refused").Outcome);
        await TestCollector.RunAsync(database.ConnectionString, [.. printed]);
        Assert.Equal(Outcome.Ok, (await collector.CollectAsync("refused")).Find("refused").Outcome);
    }

    [Theory]
    [InlineData("my db")]
    [InlineData("a\"b")]
    public async Task A_database_without_connect_is_told_with_the_grant_of_connect(string name)
    {
        var quoted = '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        await TestCollector.RunAsync(
            postgres.ConnectionString, $"CREATE DATABASE {quoted}", $"REVOKE CONNECT ON DATABASE {quoted} FROM PUBLIC");
        await using var role = await postgres.CreateRoleAsync();
        try
        {
            await using var collector = TestCollector.Of(role.ConnectionString, databases: name);
            var outcome = (await collector.CollectAsync("tables")).Find("tables").Outcome;
            Assert.Equal((OutcomeStatus.Skipped, "42501"), (outcome.Status, outcome.SqlState));
            Assert.Equal([$"GRANT CONNECT ON DATABASE {quoted} TO \"{role.Name}\""], TestCollector.GrantsIn(outcome.Reason!));
            await TestCollector.RunAsync(postgres.ConnectionString, [.. TestCollector.GrantsIn(outcome.Reason!)]);
            Assert.Equal(Outcome.Ok, (await collector.CollectAsync("tables")).Find("tables").Outcome);
        }
        finally
        {
            await TestCollector.RunAsync(postgres.ConnectionString, $"DROP DATABASE {quoted} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task With_the_grants_of_every_reason_a_bare_role_reads_the_whole_catalog()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        await using var rights = new RightsOf(role, database);
        await using var collector = TestCollector.Of(database.ConnectionStringOf(role), databases: database.Name);
        for (var round = 0; round < 2; round++)
        {
            var collection = await collector.CollectAsync();
            var grants = collection.Snapshots
                .SelectMany(snapshot => TestCollector.GrantsIn(snapshot.Outcome.Reason ?? string.Empty))
                .Distinct();
            await TestCollector.RunAsync(database.ConnectionString, [.. grants]);
        }

        var lacking = (await collector.CollectAsync()).Snapshots
            .Where(snapshot => snapshot.Outcome.Status is not (OutcomeStatus.Ok or OutcomeStatus.Skipped)
                || snapshot.Outcome.Reason?.Contains("GRANT", StringComparison.Ordinal) == true)
            .Select(snapshot => $"{snapshot.Metric}: {snapshot.Outcome}");
        Assert.Empty(lacking);
    }

    [Fact]
    public async Task A_function_that_was_taken_from_everybody_costs_its_metrics_alone_and_is_named()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        await using var rights = new RightsOf(role, database);

        // The privileges of functions are those of one database.
        string[] revoked = ["pg_stat_get_wal", "pg_stat_get_wal_senders", "pg_stat_get_archiver"];
        await TestCollector.RunAsync(
            database.ConnectionString,
            [$"GRANT pg_monitor TO {role.Name}", .. revoked.Select(function => $"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")]);
        await using var collector = TestCollector.Of(database.ConnectionStringOf(role), databases: database.Name);
        var collection = await collector.CollectAsync("wal", "replication", "archiver", "database");
        Assert.Equal(Outcome.Ok, collection.Find("database").Outcome);
        foreach (var (metric, function) in new[] { ("wal", revoked[0]), ("replication", revoked[1]), ("archiver", revoked[2]) })
        {
            var outcome = collection.Find(metric).Outcome;
            Assert.Equal((metric, OutcomeStatus.Skipped), (metric, outcome.Status));
            var grant = $"GRANT EXECUTE ON FUNCTION pg_catalog.{function}() TO \"{role.Name}\"";
            Assert.Equal([grant], TestCollector.GrantsIn(outcome.Reason!));
            await TestCollector.RunAsync(database.ConnectionString, grant);
        }

        collection = await collector.CollectAsync("wal", "replication", "archiver");
        Assert.All(collection.Snapshots, snapshot => Assert.Equal(Outcome.Ok, snapshot.Outcome));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task The_way_to_pg_stat_statements_is_told_step_by_step(int major)
    {
        var settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "auto_explain" };
        var options = new LocalServerOptions { FromTemplate = true, Major = major, Settings = settings };
        await using var server = await LocalServer.StartAsync(options, Cancellation);
        var superuser = server.ConnectionString();
        await TestCollector.RunAsync(
            superuser, "CREATE ROLE monitor LOGIN PASSWORD 'secret'; GRANT pg_monitor TO monitor", "CREATE SCHEMA \"Ext\"");
        var connection = new NpgsqlConnectionStringBuilder(superuser) { Username = "monitor", Password = "secret" }.ConnectionString;
        await using var collector = TestCollector.Of(connection, databases: "postgres");
        const string Preload = "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_stat_statements'";
        const string Create = "then run in database postgres: CREATE EXTENSION pg_stat_statements";
        Assert.Contains($"run: {Preload}; and restart the server, {Create}", await ReasonAsync(), StringComparison.Ordinal);

        await TestCollector.RunAsync(superuser, "CREATE EXTENSION pg_stat_statements SCHEMA \"Ext\" VERSION '1.9'");
        Assert.EndsWith($"is not loaded; run: {Preload}; and restart the server", await ReasonAsync(), StringComparison.Ordinal);

        await TestCollector.RunAsync(superuser, Preload);
        await server.StopAsync(Cancellation);
        await server.StartAgainAsync(Cancellation);
        var reason = await ReasonAsync();
        Assert.EndsWith("run in database postgres: GRANT USAGE ON SCHEMA \"Ext\" TO \"monitor\"", reason, StringComparison.Ordinal);

        await TestCollector.RunAsync(superuser, [.. TestCollector.GrantsIn(reason), "SELECT 1"]);
        var old = (await collector.CollectAsync("statements")).Find("statements");
        if (major > 14)
        {
            Assert.Equal(OutcomeStatus.Partial, old.Outcome.Status);
            Assert.Contains("the extension pg_stat_statements has no column", old.Outcome.Reason, StringComparison.Ordinal);
            Assert.EndsWith("postgres: ALTER EXTENSION pg_stat_statements UPDATE", old.Outcome.Reason, StringComparison.Ordinal);
            await TestCollector.RunAsync(superuser, "ALTER EXTENSION pg_stat_statements UPDATE");
        }

        Assert.Equal(Outcome.Ok, (await collector.CollectAsync("statements")).Find("statements").Outcome);
        await TestCollector.RunAsync(superuser, "ALTER SYSTEM SET compute_query_id = off", "SELECT pg_reload_conf()");
        // What was prepared before keeps the identifier that it got then: a new connection.
        await using var later = TestCollector.Of(connection, databases: "postgres");
        await Eventually.TrueAsync(
            async () =>
            {
                await TestCollector.RunAsync(superuser, "SELECT \"Ext\".pg_stat_statements_reset()");
                var outcome = (await later.CollectAsync("statements")).Find("statements").Outcome;
                return outcome is { Status: OutcomeStatus.Skipped, Reason: { } why }
                    && why.Contains("compute_query_id is off", StringComparison.Ordinal);
            },
            "the setting is named that keeps statements from being counted");

        async Task<string> ReasonAsync()
        {
            var outcome = (await collector.CollectAsync("statements")).Find("statements").Outcome;
            Assert.Equal(OutcomeStatus.Skipped, outcome.Status);
            return outcome.Reason!;
        }
    }

    private sealed class RightsOf(TestRole role, TestDatabase database) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await TestCollector.RunAsync(database.ConnectionString, $"DROP OWNED BY {role.Name}");
    }
}
