using System.Globalization;
using MetricsCollector.Tests.EndToEnd;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.Commands;

/// <summary><c>check</c> and <c>collect</c> as somebody runs them first: in an empty directory.</summary>
[Trait("PostgreSQL", "any")]
public sealed class CheckCommandTests(PostgresFixture postgres) : IDisposable
{
    private const string OrdersFile = "-- metric: orders\n-- summary: Orders.\n-- postgres: 14+\n-- every: 1m\n-- gauge waiting orders: "
        + "Orders.\nSELECT 1 / 3.0 AS waiting";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("check", "store: will be created at {0}/data/metrics_raw.db")]
    [InlineData("check --problems", "target watched: up")]
    [InlineData("check --metric-file orders.sql", "0.333333")]
    [InlineData("collect --metric up --metric statements_info", "# watched up: ok")]
    public async Task Before_the_first_start_all_is_well_and_nothing_is_created(string line, string expected)
    {
        await File.WriteAllTextAsync(_directory.File("orders.sql"), OrdersFile, Cancellation);
        var root = Path.GetDirectoryName(_directory.File("orders.sql"))!;
        var (code, output, errors) = await RunAsync(Settings(string.Empty, postgres.ConnectionString), line.Split(' '));
        Assert.Equal((0, string.Empty), (code, errors));
        Assert.Contains(string.Format(CultureInfo.InvariantCulture, expected, root), output, StringComparison.Ordinal);
        Assert.Equal([_directory.File("orders.sql")], Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public async Task A_database_without_the_schema_is_as_good_and_stays_empty()
    {
        await using var store = await postgres.CreateDatabaseAsync();
        var (code, output, errors) = await RunAsync(Settings(store.ConnectionString, postgres.ConnectionString), "check");
        Assert.Equal((0, string.Empty), (code, errors));
        Assert.StartsWith("store: will be created at PostgreSQL ", output, StringComparison.Ordinal);
        Assert.Contains($"database {store.Name}", output, StringComparison.Ordinal);
        Assert.Equal(0L, await ScalarAsync(store.ConnectionString, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task A_role_that_may_not_create_the_schema_is_told_what_to_run()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var store = await postgres.CreateDatabaseAsync();
        await ScalarAsync(store.ConnectionString, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        var (code, output, errors) = await RunAsync(Settings(store.ConnectionStringOf(role), postgres.ConnectionString), "check");
        Assert.Equal((1, string.Empty), (code, errors));
        Assert.Contains("scripts/init_db.sql", output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(Settings(store.ConnectionStringOf(role), postgres.ConnectionString), "schema")).ExitCode);
    }

    [Fact]
    public async Task A_database_that_the_service_would_refuse_is_refused_here_too()
    {
        await using var store = await postgres.CreateDatabaseAsync();
        await ScalarAsync(store.ConnectionString, "CREATE TABLE series (title text)");
        var settings = Settings(store.ConnectionString, postgres.ConnectionString);
        var (code, output, _) = await RunAsync(settings, "check");
        Assert.Equal(1, code);
        Assert.Contains("tables of another program", output, StringComparison.Ordinal);
        Assert.Contains("tables of another program", (await RunAsync(settings, "schema")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_in_between_is_told()
    {
        await using var pooler = await PgBouncer.StartAsync(postgres.ConnectionString, "transaction");
        var (code, output, _) = await RunAsync(
            Settings(string.Empty, pooler.ConnectionString, postgres.ConnectionString), "check", "--target", "watched");
        Assert.Equal(0, code);
        Assert.Contains("a connection pooler such as PgBouncer stands in between", output, StringComparison.Ordinal);
        var (_, direct, _) = await RunAsync(
            Settings(string.Empty, pooler.ConnectionString, postgres.ConnectionString), "check", "--target", "narrow");
        Assert.DoesNotContain("pooler", direct, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_pooler_says_late_is_waited_for()
    {
        await using var role = await postgres.CreateRoleAsync();
        await ScalarAsync(postgres.ConnectionString, $"ALTER ROLE {role.Name} CONNECTION LIMIT 0");
        await using var pooler = await PgBouncer.StartAsync(role.ConnectionString, "transaction", "server_login_retry = 4");
        var settings = Settings(string.Empty, pooler.ConnectionString);
        settings["Collection:Timeout"] = "1s";
        var (code, output, _) = await RunAsync(settings, "check", "--problems");
        Assert.Equal(1, code);
        Assert.Contains($"answered: too many connections for role \"{role.Name}\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_told_once_with_the_remedy()
    {
        await File.WriteAllTextAsync(_directory.File("data"), "a file where the directory should be", Cancellation);
        var (code, output, errors) = await RunAsync(Settings(string.Empty, postgres.ConnectionString), "check");
        Assert.Equal((1, string.Empty), (code, errors));
        Assert.Equal(2, output.Split("cannot be created").Length);
        Assert.Contains("Storage:Path", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_come_first_what_is_normal_last_and_a_summary_ends_it()
    {
        await using var role = await postgres.CreateRoleAsync();
        await ScalarAsync(
            postgres.ConnectionString,
            $"ALTER ROLE {role.Name} VALID UNTIL '{TimeProvider.System.GetUtcNow().AddDays(5):yyyy-MM-dd HH:mm}+00'");
        var isSuperuser = (bool)(await ScalarAsync(
            postgres.ConnectionString, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))!;
        var settings = Settings(string.Empty, postgres.ConnectionString, role.ConnectionString, "Host=127.0.0.1;Port=1;Username=nobody");
        foreach (var (i, metric) in new[] { "up", "wal_files", "recovery", "database" }.Index())
        {
            settings[$"Targets:1:Metrics:{i}"] = metric;
        }

        var (code, output, errors) = await RunAsync(settings, "check");
        Assert.Equal((1, string.Empty), (code, errors));
        Assert.Equal(isSuperuser, output.Contains("is a superuser", StringComparison.Ordinal));
        Assert.Contains($"the password of role {role.Name} expires in ", output, StringComparison.Ordinal);
        var lines = output.Split('\n');
        var problem = Array.FindIndex(lines, line => line.StartsWith("wal_files ", StringComparison.Ordinal));
        Assert.Contains("GRANT", lines[problem], StringComparison.Ordinal);
        Assert.True(problem < Array.FindIndex(lines, problem, line => line.StartsWith("up ", StringComparison.Ordinal)), output);
        Assert.Contains("Not for this server, as is normal: recovery (", output, StringComparison.Ordinal);
        Assert.Matches("^2 of 3 targets up \\(down: third\\); [1-9] metrics? needs? something; [1-9] warnings?$", lines[^1]);

        var (_, problems, _) = await RunAsync(settings, "check", "--problems");
        Assert.Contains("wal_files", problems, StringComparison.Ordinal);
        Assert.Contains("target third: down", problems, StringComparison.Ordinal);
        Assert.DoesNotContain("recovery", problems, StringComparison.Ordinal);
        Assert.DoesNotContain("store:", problems, StringComparison.Ordinal);
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private static Dictionary<string, string> Settings(string store, params string[] targets)
    {
        var settings = new Dictionary<string, string> { ["ConnectionStrings:Store"] = store };
        foreach (var (i, target) in targets.Index())
        {
            settings[$"Targets:{i}:Name"] = new[] { "watched", "narrow", "third" }[i];
            settings[$"Targets:{i}:ConnectionString"] = target;
            settings[$"Targets:{i}:Metrics:0"] = "up";
        }

        return settings;
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        Dictionary<string, string> settings, params string[] arguments)
    {
        var (code, output, errors) = await CollectorProcess.RunAsync(_directory, settings, arguments);
        return (code, output.TrimEnd(), errors.TrimEnd());
    }
}
