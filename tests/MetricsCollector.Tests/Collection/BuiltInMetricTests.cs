using MetricsCollector.Collection.Settings;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>Single metrics of the catalog where the server makes it hard for them.</summary>
[Trait("PostgreSQL", "each")]
public sealed class BuiltInMetricTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Settings_are_the_servers_and_not_those_of_our_role_database_or_connection()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        await TestCollector.RunAsync(
            database.ConnectionString,
            $"GRANT pg_monitor TO {role.Name}",
            $"ALTER ROLE {role.Name} SET work_mem = '64kB'",
            $"ALTER ROLE {role.Name} SET statement_timeout = '31s'",
            $"ALTER DATABASE {database.Name} SET enable_seqscan = off",
            $"ALTER ROLE {role.Name} IN DATABASE {database.Name} SET default_transaction_read_only = on");
        const string Timeout = "-- metric: timeout_in_force\n-- summary: T.\n-- gauge value seconds: V.\n"
            + "SELECT extract(epoch FROM current_setting('statement_timeout')::interval)::float8 AS value";
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionStringOf(role))
        {
            Options = "-c geqo=off -c lock_timeout=7s",
        };
        await using var collector = TestCollector.Of(connection.ConnectionString, TestCollector.CatalogOf(Timeout), database.Name);
        var collection = await collector.CollectAsync("settings", "timeout_in_force");
        var settings = collection.Find("settings");
        Assert.Equal(Outcome.Ok, settings.Outcome);
        Assert.Equal(60, collection.Find("timeout_in_force").Value("value"));
        foreach (var (name, by) in new[]
        {
            ("work_mem", "role"), ("statement_timeout", "role"), ("enable_seqscan", "database"),
            ("default_transaction_read_only", "role in database"), ("geqo", "connection"), ("lock_timeout", "connection"),
        })
        {
            var row = settings.Rows.Single(row => row.Labels["name"] == name);
            Assert.Equal((name, null, by), (name, row.Readings[0], row.Attributes?.GetValueOrDefault("overridden_by")));
        }

        // What nobody set for us is what a superuser's session has.
        foreach (var name in (string[])["idle_in_transaction_session_timeout", "max_connections", "random_page_cost", "wal_buffers"])
        {
            var right = await TestCollector.ScalarAsync<double>(
                postgres.ConnectionString,
                "SELECT CASE unit WHEN '8kB' THEN 8192 WHEN 'ms' THEN 0.001 ELSE 1 END::float8 * reset_val::float8 "
                    + $"FROM pg_settings WHERE name = '{name}'");
            Assert.Equal((name, right), (name, settings.Value("value", ("name", name))));
        }

        Assert.Equal(777, settings.Value("value", ("name", "unix_socket_permissions")));
        Assert.Equal("octal", settings.Rows.Single(row => row.Labels["name"] == "unix_socket_permissions").Attributes?["unit"]);
        await TestCollector.RunAsync(database.ConnectionString, $"DROP OWNED BY {role.Name}");
    }

    [Fact]
    public async Task A_setting_that_shows_no_number_costs_itself_only()
    {
        // Modules of managed services have such settings; here a view stands for them.
        await using var database = await postgres.CreateDatabaseAsync();
        await TestCollector.RunAsync(database.ConnectionString, """
            CREATE SCHEMA odd;
            CREATE VIEW odd.pg_settings AS
            SELECT name, setting, unit, vartype, source, pending_restart FROM pg_catalog.pg_settings WHERE name <> 'work_mem'
            UNION ALL SELECT name, setting, NULL, vartype, 'default', false
            FROM (VALUES ('odd.messages', '-1:100', 'integer'), ('odd.empty', '', 'real'), ('odd.nan', 'NaN', 'real'),
                ('odd.huge', '1e999', 'real'), ('odd.long', repeat('9', 400), 'integer'), ('odd.switch', 'perhaps', 'bool'),
                ('odd.small', '-2.5e-3', 'real')) AS o (name, setting, vartype)
            """);
        var builtIn = TestCollector.BuiltIn.Find("settings")!.Files[0];
        var sql = builtIn.SqlFor(18).Replace("FROM pg_settings", "FROM odd.pg_settings", StringComparison.Ordinal);
        Assert.Contains("odd.pg_settings", sql, StringComparison.Ordinal);
        var file = "-- metric: settings\n-- summary: S.\n-- label name: N.\n-- gauge value value: V.\n" + sql;
        await using var collector = TestCollector.Of(database.ConnectionString, TestCollector.CatalogOf(file), database.Name);
        var settings = (await collector.CollectAsync("settings")).Find("settings");
        Assert.Equal(Outcome.Ok, settings.Outcome);
        foreach (var name in (string[])["odd.messages", "odd.empty", "odd.nan", "odd.huge", "odd.long", "odd.switch"])
        {
            Assert.Null(settings.Value("value", ("name", name)));
        }

        Assert.Equal(-0.0025, settings.Value("value", ("name", "odd.small")));
        Assert.NotNull(settings.Value("value", ("name", "max_connections")));
    }

    [Fact]
    public async Task Secrets_in_texts_of_settings_do_not_leave_the_server()
    {
        const string Secret = "hunter2";
        (string Name, string Setting, string? Shown)[] settings =
        [
            ("a.password", Secret, "***"),
            ("a.pass_phrase_secret", Secret, "***"),
            ("a.empty_password", "", ""),
            ("primary_conninfo", $"user=a password={Secret} host=b", "user=a password=*** host=b"),
            ("a.conninfo", $"password = '{Secret} \\' {Secret}' host=b", "password = *** host=b"),
            ("b.conninfo", $"host=b PASSWORD={Secret}\\ {Secret}", "host=b PASSWORD=***"),
            ("c.conninfo", $"sslpassword='{Secret} never ends", "sslpassword=***"),
            ("d.conninfo", $"postgres://me:{Secret}@b@c/db?password={Secret}", "postgres://***@c/db?password=***"),
            ("e.conninfo", $"oauth_client_secret={Secret} scram_client_key={Secret} dbname=c",
                "oauth_client_secret=*** scram_client_key=*** dbname=c"),
            ("archive_command", $"copy --password {Secret} %p", "***"),
            ("restore_command", $"AWS_SECRET_ACCESS_KEY={Secret} get %f", "***"),
            ("b.command", $"curl https://me:{Secret}@host/%f", "***"),
            ("archive_cleanup_command", "cp %p /archive/%f", "cp %p /archive/%f"),
            ("log_line_prefix", "%m [%p] ", "%m [%p] "),
        ];
        await using var database = await postgres.CreateDatabaseAsync();
        var rows = string.Join(
            ", ", settings.Select(one => $"('{one.Name}', '{one.Setting.Replace("'", "''", StringComparison.Ordinal)}', 'string')"));
        await TestCollector.RunAsync(database.ConnectionString, $"""
            CREATE SCHEMA odd;
            CREATE VIEW odd.pg_settings AS
            SELECT name, setting, vartype, 'sighup' AS context, 'default' AS source
            FROM (VALUES {rows}, ('password_encryption', 'scram-sha-256', 'enum')) AS o (name, setting, vartype)
            """);
        var sql = TestCollector.BuiltIn.Find("setting_texts")!.Files[0].SqlFor(18)
            .Replace("FROM pg_settings", "FROM odd.pg_settings", StringComparison.Ordinal);
        var file = "-- metric: texts\n-- summary: S.\n-- label name: N.\n-- label value: V.\n-- gauge in_force boolean: I.\n" + sql;
        await using var collector = TestCollector.Of(database.ConnectionString, TestCollector.CatalogOf(file), database.Name);
        var texts = (await collector.CollectAsync("texts")).Find("texts");
        Assert.Equal(Outcome.Ok, texts.Outcome);
        Assert.Equal(
            [.. settings.Select(one => (one.Name, one.Shown)), ("password_encryption", "scram-sha-256")],
            texts.Rows.Select(row => (row.Labels["name"]!, row.Labels["value"])));
    }

    [Fact]
    public async Task Bloat_names_the_tables_that_it_cannot_judge()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        const string Rows = "SELECT i, repeat('x', 200) AS t FROM generate_series(1, 10000) AS i";
        await TestCollector.RunAsync(
            database.ConnectionString,
            $"GRANT pg_monitor, pg_read_all_data TO {role.Name}",
            $"CREATE TABLE bloaty WITH (autovacuum_enabled = off) AS {Rows}",
            $"CREATE TABLE \"Vacuumed Only\" WITH (autovacuum_enabled = off) AS {Rows}",
            "VACUUM \"Vacuumed Only\"",
            $"CREATE TABLE judged WITH (autovacuum_enabled = off) AS {Rows}",
            "ANALYZE judged",
            "CREATE TABLE small WITH (autovacuum_enabled = off) AS SELECT 1 AS i",
            $"CREATE TABLE emptied WITH (autovacuum_enabled = off, vacuum_truncate = off) AS {Rows}",
            "DELETE FROM emptied",
            "VACUUM ANALYZE emptied",
            $"CREATE TABLE guarded WITH (autovacuum_enabled = off) AS {Rows}",
            "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
            "ANALYZE guarded");
        await using var collector = TestCollector.Of(database.ConnectionStringOf(role), databases: database.Name);
        var bloat = (await collector.CollectAsync("bloat")).Find("bloat");
        Assert.Equal(OutcomeStatus.Partial, bloat.Outcome.Status);
        Assert.Contains("2 tables have no statistics: ", bloat.Outcome.Reason, StringComparison.Ordinal);
        Assert.Contains($"{database.Name}.public.bloaty", bloat.Outcome.Reason, StringComparison.Ordinal);
        Assert.Contains($"{database.Name}.public.\"Vacuumed Only\"", bloat.Outcome.Reason, StringComparison.Ordinal);
        Assert.Contains("; run ANALYZE", bloat.Outcome.Reason, StringComparison.Ordinal);
        Assert.Contains(
            $"1 table hides its statistics by row-level security: {database.Name}.public.guarded; run: ALTER ROLE {role.Name} BYPASSRLS",
            bloat.Outcome.Reason,
            StringComparison.Ordinal);
        Assert.Equal(["emptied", "judged"], bloat.Rows.Select(row => row.Labels["relname"]).Order());
        Assert.Equal(1, bloat.Value("bloat_ratio", ("relname", "emptied")));

        await TestCollector.RunAsync(database.ConnectionString, "ANALYZE bloaty, \"Vacuumed Only\"", $"ALTER ROLE {role.Name} BYPASSRLS");
        bloat = (await collector.CollectAsync("bloat")).Find("bloat");
        Assert.Equal((Outcome.Ok, 5), (bloat.Outcome, bloat.Rows.Count));
    }

    [Fact]
    public async Task Overloads_with_long_lists_of_arguments_are_told_apart()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var many = string.Join(", ", Enumerable.Repeat("character varying", 16));
        var values = string.Join(", ", Enumerable.Repeat("'a'", 16));
        await TestCollector.RunAsync(
            database.ConnectionString,
            $"CREATE FUNCTION store({many}) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
            $"CREATE FUNCTION store({many}, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2; END'",
            "SET track_functions = 'all'",
            $"SELECT store({values})",
            $"SELECT store({values}, 1)",
            $"SELECT store({values}, 1)");
        await using var collector = TestCollector.Of(database.ConnectionString, databases: database.Name);
        await Eventually.TrueAsync(
            async () => (await collector.CollectAsync("functions")).Find("functions") is var found
                && found is { Outcome.Status: OutcomeStatus.Ok, Rows.Count: 2 }
                && found.Rows.Select(row => row.Readings[0]).Order().SequenceEqual([1, 2]),
            "both functions are there with their calls");
    }

    [Fact]
    public async Task What_is_dropped_while_it_is_measured_costs_a_row_and_not_the_metric()
    {
        await using var role = await postgres.CreateRoleAsync();
        var victim = $"victim_{Guid.NewGuid():N}";
        await TestCollector.RunAsync(postgres.ConnectionString, $"GRANT pg_monitor TO {role.Name}", $"CREATE DATABASE {victim}");

        // The statement stops between finding the database and measuring it, until we have dropped it.
        const int Gate = 728_1402;
        var sizes = "-- metric: sizes\n-- summary: S.\n-- label datname: D.\n-- gauge size bytes: S.\n"
            + "SELECT * FROM (SELECT datname, pg_database_size(datname) AS size FROM (SELECT datname FROM pg_database "
            + $"WHERE datname IN ('postgres', '{victim}') ORDER BY 1 DESC OFFSET 0) AS d "
            + $"WHERE pg_advisory_xact_lock_shared({Gate}) IS NOT NULL OFFSET 0) AS s WHERE size IS NOT NULL";
        var options = new CollectionOptions
        {
            LockTimeout = new Duration(TimeSpan.FromSeconds(60)),
            Timeout = new Duration(TimeSpan.FromMinutes(2)),
        };
        await using var collector = TestCollector.Of(role.ConnectionString, TestCollector.CatalogOf(sizes), "postgres", options);
        var unpooled = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false };
        await using var keeper = new NpgsqlConnection(unpooled.ConnectionString);
        await keeper.OpenAsync(TestContext.Current.CancellationToken);
        await using (var close = new NpgsqlCommand($"SELECT pg_advisory_lock({Gate})", keeper))
        {
            await close.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var collecting = collector.CollectAsync("sizes");
        await Eventually.TrueAsync(
            () => TestCollector.ScalarAsync<bool>(
                postgres.ConnectionString,
                $"SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = {Gate} AND NOT granted"),
            "the statement has found the databases");
        await TestCollector.RunAsync(postgres.ConnectionString, $"DROP DATABASE {victim}");
        await keeper.CloseAsync();
        var snapshot = (await collecting).Find("sizes");
        Assert.Equal(Outcome.Ok, snapshot.Outcome);
        Assert.Equal(["postgres"], snapshot.Rows.Select(row => row.Labels["datname"]));
    }

    [Fact]
    public async Task What_failed_because_something_went_away_at_that_moment_is_asked_once_more()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await TestCollector.RunAsync(database.ConnectionString, """
            CREATE FUNCTION vanishing(again boolean) RETURNS int LANGUAGE plpgsql AS $$
            DECLARE
              keeper int := (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 77
                             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
            BEGIN
              IF NOT again AND keeper IS NULL THEN
                RETURN 1;
              END IF;
              -- Nothing of the failed transaction lasts, and nothing in the session; another session that is gone does.
              IF NOT again THEN
                PERFORM pg_terminate_backend(keeper, 60000);
              END IF;
              RAISE EXCEPTION 'the database does not exist' USING ERRCODE = '3D000';
            END
            $$
            """);
        await using var keeper = new NpgsqlConnection(database.ConnectionString);
        await keeper.OpenAsync(TestContext.Current.CancellationToken);
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(77)", keeper);
        await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        const string Header = "-- summary: V.\n-- gauge value value: V.\n";
        var catalog = TestCollector.CatalogOf(
            $"-- metric: vanished_once\n{Header}SELECT public.vanishing(false) AS value",
            $"-- metric: vanished_always\n{Header}SELECT public.vanishing(true) AS value");
        await using var collector = TestCollector.Of(database.ConnectionString, catalog, database.Name);
        var collection = await collector.CollectAsync("vanished_once", "vanished_always");
        Assert.Equal(Outcome.Ok, collection.Find("vanished_once").Outcome);
        Assert.Equal(new Outcome(OutcomeStatus.Failed, "the database does not exist", "3D000"), collection.Find("vanished_always").Outcome);
    }
}
