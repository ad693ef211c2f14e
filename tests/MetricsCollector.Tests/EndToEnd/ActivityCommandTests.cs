using MetricsCollector.Commands.Sessions;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary><c>activity</c>: what it prints of a server, and how it draws in a terminal.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ActivityCommandTests(PostgresFixture postgres) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_terminal_it_prints_who_waits_for_whom_and_the_sessions_once()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var holder = await OpenAsync(database.ConnectionString, "holder");
        await using var waiter = await OpenAsync(database.ConnectionString, "waiter");
        await RunAsync(holder, "CREATE TABLE held ()");
        await RunAsync(holder, "BEGIN; LOCK TABLE held");
        await RunAsync(holder, "SELECT 'one\ntwo \e[2J \u202E'");
        var waiting = RunAsync(waiter, "SELECT count(*) FROM held");
        await Eventually.TrueAsync(
            async () =>
            {
                await using var session = await OpenAsync(database.ConnectionString, "looker");
                await using var command = new NpgsqlCommand($"SELECT cardinality(pg_blocking_pids({waiter.ProcessID})) > 0", session);
                return await command.ExecuteScalarAsync(Cancellation) is true;
            },
            "it waits");
        var (code, output, errors) = await RunCommandAsync(database.ConnectionString, "activity", "--order", "blocks");
        Assert.True(code == 0, errors);
        var lines = output.ReplaceLineEndings("\n").Split('\n');
        Assert.Matches(@"^db  \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  \d+ sessions?, \d+ active, \d+ idle in transaction, \d+ waiting", lines[0]);
        var top = Array.FindIndex(lines, line => line.StartsWith($"{holder.ProcessID} ", StringComparison.Ordinal));
        Assert.Matches(
            $"^  {waiter.ProcessID} .*" + @"relation AccessShareLock +(public\.)?held .*SELECT count\(\*\) FROM held$", lines[top + 1]);

        // What others wrote stays on its line and moves nothing.
        Assert.EndsWith(@"SELECT 'one two \u001B[2J \u202E'", lines[top], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
        await RunAsync(holder, "ROLLBACK");
        await waiting;
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_told_and_ends_with_1()
    {
        var nobody = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Host = "127.0.0.1", Port = 1 }.ConnectionString;
        var (code, output, _) = await RunCommandAsync(nobody, "activity", "--once");
        Assert.Equal(1, code);
        Assert.StartsWith("db: 127.0.0.1:1: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.004, "0.00s")]
    [InlineData(59.94, "59.9s")]
    [InlineData(312.0, "5m12s")]
    [InlineData(7_260.0, "2h01m")]
    [InlineData(180_000.0, "2d02h")]
    public void Ages_are_short(double seconds, string expected) => Assert.Equal(expected, ActivityText.Age(seconds));

    [Fact]
    public void A_terminal_is_drawn_over_and_left_as_it_was()
    {
        using var output = new StringWriter();
        using (var screen = new TerminalScreen(output))
        {
            screen.Show("first\nsecond line\nthird\nfourth\n", width: 6, height: 3);
        }

        Assert.Equal(
            "\e[?1049h\e[?25l\e[?7l" + "\e[Hfirst\e[K\r\nsecond\e[K\r\n... 2 \e[K\e[J" + "\e[?7h\e[?25h\e[?1049l", output.ToString());
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, string application)
    {
        var session = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = application }.ConnectionString);
        await session.OpenAsync(Cancellation);
        return session;
    }

    private static async Task RunAsync(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunCommandAsync(string connectionString, params string[] arguments) =>
        CollectorProcess.RunAsync(
            _directory,
            new Dictionary<string, string> { ["Targets__0__Name"] = "db", ["Targets__0__ConnectionString"] = connectionString },
            arguments);
}
