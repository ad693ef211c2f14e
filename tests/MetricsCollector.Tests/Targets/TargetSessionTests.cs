using System.Buffers.Binary;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using MetricsCollector.Targets.PostgreSql.Driver;
using MetricsCollector.Tests.Collection;
using Npgsql;

namespace MetricsCollector.Tests.Targets;

[Trait("PostgreSQL", "each")]
public sealed class TargetSessionTests(PostgresFixture postgres)
{
    private static readonly SessionLimits Limits = new(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));

    private const string Prepared =
        "SELECT count(*)::int FROM pg_prepared_statements WHERE statement LIKE '%count(*)::int FROM pg_prepared_statements WHERE%'";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_knows_the_server_and_keeps_its_connection()
    {
        await using var session = Session(postgres.ConnectionString);
        Assert.True(await session.OpenAsync(Cancellation));
        Assert.False(await session.OpenAsync(Cancellation));
        Assert.Equal(TestMajors.All[0], session.Facts!.Major);
        Assert.Contains("postgres", session.Facts.Databases);
        Assert.False(session.Facts.InRecovery);
    }

    [Fact]
    public async Task Its_limits_hold_on_the_server()
    {
        var limits = await ExecuteAsync(
            "SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') || ' ' || "
                + "current_setting('transaction_read_only') || ' ' || current_setting('idle_in_transaction_session_timeout') || ' ' || "
                + "current_setting('application_name')");
        Assert.Equal("2s 100ms on 2s metrics-collector", limits);
    }

    [Fact]
    public async Task Its_limits_end_with_the_transaction_as_a_pooler_needs()
    {
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        var failure = await session.ExecuteAsync([new Statement("SELECT 1/0")], Ignore, Cancellation);
        Assert.IsType<PostgresException>(failure.Failure);
        Assert.Equal(
            1,
            (await session.ExecuteAsync([new Statement("SELECT set_config('lock_timeout', '7s', true)")], Ignore, Cancellation)).Answered);
        Assert.Equal(1, (await session.ExecuteAsync([new Statement("SELECT 1")], Ignore, Cancellation)).Answered);
    }

    [Fact]
    public async Task Nothing_can_be_written()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await RunAsync(database.ConnectionString, "CREATE SEQUENCE public.numbers");
        await using var session = Session(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        var asked = await session.ExecuteAsync([new Statement("SELECT nextval('public.numbers')")], Ignore, Cancellation);
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, Assert.IsType<PostgresException>(asked.Failure).SqlState);
    }

    [Fact]
    public async Task What_follows_a_failure_is_not_run()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var session = Session(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        var read = new List<int>();
        var asked = await session.ExecuteAsync(
            [new Statement("SELECT 1"), new Statement("SELECT 1/0"), new Statement("SELECT pg_sleep(5)")], (i, _, _) => Note(read, i),
            Cancellation);
        Assert.Equal(1, asked.Answered);
        Assert.Equal(["22012"], [((PostgresException)asked.Failure!).SqlState]);
        Assert.DoesNotContain(2, read);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_ended_by_the_server_and_the_session_goes_on()
    {
        await using var session = new TargetSession(
            Target(postgres.ConnectionString), Limits with { Timeout = TimeSpan.FromMilliseconds(300) });
        await session.OpenAsync(Cancellation);
        var asked = await session.ExecuteAsync([new Statement("SELECT pg_sleep(30)")], Ignore, Cancellation);
        Assert.Equal(PostgresErrorCodes.QueryCanceled, Assert.IsType<PostgresException>(asked.Failure).SqlState);
        Assert.Equal(1, (await session.ExecuteAsync([new Statement("SELECT 1")], Ignore, Cancellation)).Answered);
    }

    [Fact]
    public async Task A_function_of_the_same_name_in_public_is_not_called()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await RunAsync(database.ConnectionString, "CREATE FUNCTION public.age(int) RETURNS text LANGUAGE sql AS $$ SELECT 'trojan' $$");
        await using var session = Session(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        var asked = await session.ExecuteAsync([new Statement("SELECT age(1)")], Ignore, Cancellation);
        Assert.Equal(PostgresErrorCodes.UndefinedFunction, Assert.IsType<PostgresException>(asked.Failure).SqlState);
    }

    [Fact]
    public async Task What_is_asked_again_is_prepared()
    {
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        Assert.Equal("0, 1, 1, 1", await NumbersAsync(session, Prepared, 4));

        // The role's own search_path is for whatever statements there are, SHOW too.
        var show = new Statement("SHOW work_mem", RoleSearchPath: true);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null((await session.ExecuteAsync([show], Ignore, Cancellation)).Failure);
        }

        Assert.Equal(1, await NumberAsync(session, Prepared));

        // The statement itself, the facts, and what sets the limits.
        Assert.Equal(3, await NumberAsync(session, "SELECT count(*)::int FROM pg_prepared_statements"));
        await session.CloseAsync();
        await session.OpenAsync(Cancellation);
        Assert.Equal("0, 1", await NumbersAsync(session, Prepared, 2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Behind_a_pooler_nothing_is_prepared(bool numbersOfItsOwn)
    {
        await using var pooler = new Forwarder(0, postgres.ConnectionString, likeAPooler: numbersOfItsOwn);
        var pooled = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = pooler.Port,
            SslMode = SslMode.Disable,
        };
        await using var session = Session(pooled.ConnectionString);
        await session.OpenAsync(Cancellation);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(0, await NumberAsync(session, "SELECT count(*)::int FROM pg_prepared_statements"));
        }
    }

    [Fact]
    public async Task A_prepared_statement_follows_what_changes_below_it()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await RunAsync(database.ConnectionString, "CREATE VIEW public.v AS SELECT 1 AS number, 7 AS divisor");
        await using var session = Session(database.ConnectionString);
        await session.OpenAsync(Cancellation);
        const string Sql = "SELECT (70 / divisor)::int AS n, number FROM public.v";
        Assert.Equal("10, 10, 10", await NumbersAsync(session, Sql, 3));

        // As ALTER EXTENSION ... UPDATE does: the answer has another shape, which PostgreSQL refuses for what was prepared.
        await RunAsync(database.ConnectionString, "DROP VIEW public.v; CREATE VIEW public.v AS SELECT 1::bigint AS number, 10 AS divisor");
        Assert.Equal("7, 7, 7", await NumbersAsync(session, Sql, 3));

        // A failure is that of the statement, the others are answered, and nothing of it stays.
        await RunAsync(database.ConnectionString, "CREATE OR REPLACE VIEW public.v AS SELECT 1::bigint AS number, 0 AS divisor");
        for (var i = 0; i < 3; i++)
        {
            var asked = await session.ExecuteAsync(
                [new Statement("SELECT 1"), new Statement(Sql), new Statement("SELECT 2")], Ignore, Cancellation);
            Assert.Equal((1, PostgresErrorCodes.DivisionByZero), (asked.Answered, ((PostgresException)asked.Failure!).SqlState));
        }

        await RunAsync(database.ConnectionString, "DROP VIEW public.v");
        var gone = await session.ExecuteAsync([new Statement(Sql)], Ignore, Cancellation);
        Assert.Equal(Sql.IndexOf("public.v", StringComparison.Ordinal) + 1, ((PostgresException)gone.Failure!).Position);
        await RunAsync(database.ConnectionString, "CREATE VIEW public.v AS SELECT 1 AS number, 5 AS divisor");
        Assert.Equal("14, 14, 14", await NumbersAsync(session, Sql, 3));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_described_without_secrets()
    {
        var target = Target("Host=127.0.0.1;Port=1;Username=me;Password=hunter2");
        await using var session = new TargetSession(target, Limits);
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => session.OpenAsync(Cancellation));
        var reason = Failure.Describe(exception, target);
        Assert.Contains("127.0.0.1:1", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reason, StringComparison.Ordinal);
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static Task Ignore(int i, IAnswer reader, CancellationToken cancellationToken) => Task.CompletedTask;

    private static Task Note(List<int> read, int i)
    {
        read.Add(i);
        return Task.CompletedTask;
    }

    private static Target Target(string connectionString) => new("test", new NpgsqlConnectionStringBuilder(connectionString));

    private static TargetSession Session(string connectionString) => new(Target(connectionString), Limits);

    private static async Task<string> NumbersAsync(TargetSession session, string sql, int times)
    {
        var numbers = new List<int>();
        for (var i = 0; i < times; i++)
        {
            numbers.Add(await NumberAsync(session, sql));
        }

        return string.Join(", ", numbers);
    }

    private static async Task<int> NumberAsync(TargetSession session, string sql)
    {
        var number = -1;
        var asked = await session.ExecuteAsync(
            [new Statement(sql)],
            async (_, reader, token) =>
            {
                await reader.ReadAsync(token);
                number = BinaryPrimitives.ReadInt32BigEndian(reader.Bytes(0));
            },
            Cancellation);
        Assert.Null(asked.Failure);
        return number;
    }

    private async Task<string> ExecuteAsync(string sql)
    {
        await using var session = Session(postgres.ConnectionString);
        await session.OpenAsync(Cancellation);
        var answer = string.Empty;
        await session.ExecuteAsync(
            [new Statement(sql)],
            async (_, reader, token) =>
            {
                await reader.ReadAsync(token);
                answer = ServerText.Read(reader.Bytes(0));
            },
            Cancellation);
        return answer;
    }
}
