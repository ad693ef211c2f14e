using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Tests.Sessions;

/// <summary>A transaction of the collector is the same whatever the role, the database, or a statement in it sets.</summary>
[Trait("PostgreSQL", "each")]
public sealed class SessionGuardTests(PostgresFixture postgres)
{
    private const string Defaults =
        """
        SELECT '2025-03-04 05:06:07+00'::timestamptz::text || ' ' || interval '1 day 2 hours'::text || ' ' || '\x41'::bytea::text
            || ' ' || 0.1::float8::text || ' ' || quote_ident('plain') || ' ' || (NULL = NULL IS NULL)::text || ' ' || '\n'
            || ' ' || current_setting('transaction_isolation') || ' ' || current_setting('transaction_deferrable')
            || ' ' || current_setting('transaction_read_only') || ' ' || current_setting('jit')
            || ' ' || current_setting('enable_hashjoin') || ' ' || current_setting('search_path')
        """;

    private const string OwnLocks = "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";

    private static readonly SessionLimits Limits = new(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // PostgreSQL 19 knows no other strings than standard ones: there it is a setting that changes nothing.
    private static string Strings => TestMajors.All[0] < 19 ? "standard_conforming_strings = off" : "enable_mergejoin = off";

    [Fact]
    public async Task Defaults_of_a_role_change_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        foreach (var setting in new[]
        {
            "default_transaction_isolation = 'serializable'", "default_transaction_deferrable = on", "\"DateStyle\" = 'German'",
            "\"TimeZone\" = 'Asia/Tokyo'",
            "\"IntervalStyle\" = 'iso_8601'", "bytea_output = 'escape'", "extra_float_digits = -10", "quote_all_identifiers = on",
            "transform_null_equals = on",
            Strings, "jit = on", "enable_hashjoin = off", "search_path = public, pg_catalog",
            "statement_timeout = '1h'", "client_min_messages = debug1",
        })
        {
            await RunAsync(database.ConnectionString, $"ALTER ROLE {role.Name} SET {setting}");
        }

        await using var session = Session(database.ConnectionStringOf(role));
        await session.OpenAsync(Cancellation);
        const string Expected =
            "2025-03-04 05:06:07+00 1 day 02:00:00 \\x41 0.1 plain true \\n read committed off on off on pg_catalog, pg_temp";
        Assert.Equal(Expected, await TextAsync(session, Defaults));

        // What is not built in keeps what its role sees in psql, and leaves nothing of it behind; its text means the same everywhere.
        const string OfRole =
            """
            SELECT current_setting('TimeZone') || ' ' || current_setting('search_path') || ' ' || current_setting('statement_timeout')
                || ' ' || current_setting('transaction_read_only') || ' ' || encode('\xdeadbeef'::bytea, 'hex') || ' ' || length('\n')
            """;
        var answers = await TextsAsync(
            session,
            new Statement(OfRole, RoleSearchPath: true),
            new Statement($"SELECT set_config('{Strings.Split(' ')[0]}', 'off', true)", RoleSearchPath: true),
            new Statement(OfRole, RoleSearchPath: true),
            new Statement(Defaults));
        const string Seen = "Asia/Tokyo public, pg_catalog 30s on deadbeef 2";
        Assert.Equal([Seen, "off", Seen, Expected], answers);
    }

    [Fact]
    public async Task A_statement_that_changes_the_role_changes_it_for_no_other()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        const string Who = "SELECT session_user || ' ' || current_user || ' ' || current_setting('role')";
        var expected = await TextAsync(session, Who);
        foreach (var setting in (string[])["role", "session_authorization"])
        {
            var answers = await TextsAsync(
                session,
                new Statement($"SELECT set_config('{setting}', '{role.Name}', false)", RoleSearchPath: true),
                new Statement(Who, RoleSearchPath: true),
                new Statement($"SELECT set_config('{setting}', '{role.Name}', false)", RoleSearchPath: true));
            Assert.Equal([role.Name, expected, role.Name], answers);

            // The next collection over the same connection.
            Assert.Equal(expected, await TextAsync(session, Who));
        }
    }

    [Theory]
    [InlineData("SELECT pg_advisory_lock(4711)::text", OwnLocks)]
    [InlineData("SELECT pg_try_advisory_lock_shared(47, 11)::text", OwnLocks)]
    [InlineData("SELECT set_config('work_mem', '64kB', false)", "SELECT current_setting('work_mem')")]
    [InlineData("SELECT set_config('application_name', 'x', false)", "SELECT current_setting('application_name')")]
    [InlineData("SELECT set_config('my.setting', 'x', false)", "SELECT coalesce(current_setting('my.setting', true), '')")]
    [InlineData("SELECT public.run('LISTEN things')", "SELECT count(*)::text FROM pg_listening_channels()")]
    [InlineData(
        "SELECT public.run('DECLARE held CURSOR WITH HOLD FOR SELECT 1')", "SELECT count(*)::text FROM pg_cursors WHERE name = 'held'")]
    public async Task What_a_statement_leaves_in_the_session_is_gone_before_the_next_collection(string sql, string seen)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await RunAsync(
            database.ConnectionString,
            "CREATE FUNCTION public.run(t text) RETURNS text LANGUAGE plpgsql AS 'BEGIN EXECUTE t; RETURN t; END'");
        await using var session = Session(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        var before = await TextsAsync(session, new Statement(seen, RoleSearchPath: true));
        var pid = await TextAsync(session, "SELECT pg_backend_pid()::text");
        await TextsAsync(session, new Statement(sql, RoleSearchPath: true));
        Assert.Equal(before, await TextsAsync(session, new Statement(seen, RoleSearchPath: true)));

        // The same when the statement fails, or one behind it.
        foreach (var failing in (string[][])[[$"{sql[..7]}1 / (length({sql[7..]}) * 0)"], [sql, "SELECT 1 / 0"]])
        {
            var asked = await ExecuteAsync(session, [.. failing.Select(one => new Statement(one, true))], []);
            Assert.Equal(PostgresErrorCodes.DivisionByZero, Assert.IsType<PostgresException>(asked.Failure).SqlState);
            Assert.Equal(before, await TextsAsync(session, new Statement(seen, RoleSearchPath: true)));
        }

        Assert.Equal(pid, await TextAsync(session, "SELECT pg_backend_pid()::text"));
    }

    [Theory]
    [InlineData("COMMIT")]
    [InlineData("BEGIN")]
    [InlineData("SET lock_timeout = '7s'")]
    [InlineData("COPY (SELECT 1) TO STDOUT")]
    [InlineData("DO 'BEGIN END'")]
    [InlineData("/* nothing */")]
    public async Task A_statement_that_is_no_query_costs_only_itself(string sql)
    {
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        var answers = new List<string>();
        var statements = new List<Statement> { new("SELECT 'before'", true), new(sql, true), new("SELECT 'after'", true), new(
            "SELECT current_setting('lock_timeout')", true) };
        var asked = await ExecuteAsync(session, statements, answers);
        Assert.Equal(
            (1, PostgresErrorCodes.FeatureNotSupported), (asked.Answered, Assert.IsType<PostgresException>(asked.Failure).SqlState));
        Assert.False(Failure.EndsSession((PostgresException)asked.Failure));
        asked = await ExecuteAsync(session, statements[2..], answers);
        Assert.Null(asked.Failure);
        Assert.Equal(["before", "after", "100ms"], answers);
    }

    [Fact]
    public async Task Nothing_is_written_behind_a_statement_that_ends_the_transaction()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await RunAsync(database.ConnectionString, "CREATE TABLE public.t (n int)");
        await using var session = Session(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        foreach (var end in new[] { "COMMIT", "ROLLBACK", "COMMIT AND CHAIN", "BEGIN READ WRITE", "SELECT "
            + "set_config('default_transaction_read_only', 'off', false)" })
        {
            var asked = await ExecuteAsync(session, [new(end, true), new("INSERT INTO public.t VALUES (1) RETURNING 'x'", true)], []);
            if (asked.Answered == 0)
            {
                asked = await ExecuteAsync(session, [new("INSERT INTO public.t VALUES (1) RETURNING 'x'", true)], []);
            }

            Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, Assert.IsType<PostgresException>(asked.Failure).SqlState);
        }

        Assert.Equal("0", await TextAsync(session, "SELECT count(*)::text FROM public.t"));
    }

    [Fact]
    public async Task What_a_reader_throws_is_the_failure_of_its_statement()
    {
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        var asked = await session.ExecuteAsync(
            [new("SELECT 1"), new("SELECT 2 FROM generate_series(1, 10000)"), new("SELECT 1/0")],
            static (i, reader, token) => i == 1 ? throw new FormatException("odd") : reader.ReadAsync(token),
            Cancellation);
        Assert.Equal(1, asked.Answered);
        Assert.Contains("odd", Assert.IsType<PostgresException>(asked.Failure).MessageText, StringComparison.Ordinal);
        Assert.Equal("1", await TextAsync(session, "SELECT '1'"));
    }

    [Theory]
    [InlineData("08001")]
    [InlineData("08006")]
    [InlineData("08P01")]
    [InlineData("53300")]
    [InlineData("57P01")]
    [InlineData("57P03")]
    [InlineData("58030")]
    [InlineData("F0000")]
    [InlineData("XX000")]
    public async Task An_error_with_the_code_of_a_lost_connection_ends_no_session(string code)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await RunAsync(
            database.ConnectionString,
            $"CREATE FUNCTION public.remote() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''away'' USING ERRCODE = ''{code}''; "
                + "END'");
        await using var session = Session(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        var asked = await ExecuteAsync(session, [new("SELECT public.remote()::text"), new("SELECT 'x'")], []);
        Assert.Equal((0, code), (asked.Answered, Assert.IsType<PostgresException>(asked.Failure).SqlState));
        Assert.False(Failure.EndsSession((PostgresException)asked.Failure));
        Assert.Equal("x", await TextAsync(session, "SELECT 'x'"));
    }

    [Fact]
    public async Task A_session_that_an_administrator_ends_is_over()
    {
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        await RunAsync(
            postgres.ConnectionString, $"SELECT pg_terminate_backend({await TextAsync(session, "SELECT pg_backend_pid()::text")}, 10000)");
        var asked = await ExecuteAsync(session, [new("SELECT 'x'")], []);
        Assert.NotNull(asked.Failure);
        Assert.True(asked.Failure is not PostgresException refused || Failure.EndsSession(refused));
        Assert.False(session.IsOpen);
    }

    [Fact]
    public async Task The_connection_string_s_application_name_is_kept()
    {
        await using var session = Session($"{postgres.ConnectionString};Application Name=orders");
        await session.OpenAsync(Cancellation);
        Assert.Equal("orders", await TextAsync(session, "SELECT current_setting('application_name')"));
    }

    [Theory]
    [InlineData("primary", false, false, true)]
    [InlineData("primary", true, false, false)]
    [InlineData("standby", true, false, true)]
    [InlineData("standby", false, false, false)]
    [InlineData("read-write", false, false, true)]
    [InlineData("read-write", false, true, false)]
    [InlineData("read-only", false, false, false)]
    [InlineData("read-only", true, false, true)]
    [InlineData("any", true, true, true)]
    public async Task Session_attributes_hold_for_a_session_that_is_open(string attributes, bool inRecovery, bool readOnly, bool allowed)
    {
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        var facts = session.Facts! with { InRecovery = inRecovery, ReadOnlyByDefault = readOnly };
        Assert.Equal(
            allowed,
            SessionAttributes.Allow(attributes, facts, TimeSpan.FromHours(1)));
    }

    private static TargetSession Session(string connectionString) =>
        new(new Target("test", new NpgsqlConnectionStringBuilder(connectionString)), Limits);

    private static async Task<string> TextAsync(TargetSession session, string sql) =>
        (await TextsAsync(session, new Statement(sql))).Single();

    private static async Task<List<string>> TextsAsync(TargetSession session, params Statement[] statements)
    {
        var answers = new List<string>();
        var asked = await ExecuteAsync(session, statements, answers);
        Assert.Null(asked.Failure);
        return answers;
    }

    private static Task<BatchResult> ExecuteAsync(TargetSession session, IReadOnlyList<Statement> statements, List<string> answers) =>
        session.ExecuteAsync(
        statements,
        async (_, reader, token) =>
        {
            await reader.ReadAsync(token);
            answers.Add(ServerText.Read(reader.Bytes(0)));
        },
        Cancellation);

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
