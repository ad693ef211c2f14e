using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary><c>collect --metric</c> and <c>check --metric-file</c> with metrics outside the preset and files of one's own.</summary>
[Trait("PostgreSQL", "any")]
public sealed class CollectCommandTests(PostgresFixture postgres) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_metric_outside_the_preset_is_collected_when_it_is_named()
    {
        var (code, output, errors) = await RunAsync("collect", "--metric", "shared_memory");
        Assert.True(code == 0, errors);
        Assert.Contains("# db shared_memory: ok", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_that_does_not_exist_is_answered_with_the_closest()
    {
        var (code, _, errors) = await RunAsync("collect", "--metric", "bloatt");
        Assert.Equal(1, code);
        Assert.Contains("--metric 'bloatt' matches no metric; did you mean 'bloat'?", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_tells_of_labels_that_collide_as_the_service_does()
    {
        File.WriteAllText(
            _directory.File("queries.yaml"),
            """
            own_databases:
              query: "SELECT datname::text, age(datfrozenxid) AS age FROM pg_database WHERE datname IN ('postgres', 'template1')"
              metrics:
                - datname: {usage: LABEL, description: "Database"}
                - age: {usage: GAUGE, description: "Age"}
            """);
        await using var other = await postgres.CreateDatabaseAsync();
        var (code, output, _) = await RunAsync(
            "check",
            "--metric-file",
            _directory.File("queries.yaml"),
            "--Targets:0:Databases:0=postgres",
            $"--Targets:0:Databases:1={other.Name}");
        Assert.Equal(1, code);
        Assert.Contains("master: true", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_refuses_a_file_whose_names_are_taken()
    {
        File.WriteAllText(
            _directory.File("stat_database.sql"),
            "-- metric: stat_database\n-- summary: B.\n-- gauge numbackends sessions: X.\nSELECT 1 AS numbackends");
        var (code, _, errors) = await RunAsync("check", "--metric-file", _directory.File("stat_database.sql"));
        Assert.Equal(1, code);
        Assert.Contains(
            "stat_database.sql:3: the field 'numbackends' of metric 'stat_database' is called pg_stat_database_numbackends on /metrics",
            errors,
            StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => CollectorProcess.RunAsync(
        _directory,
        new Dictionary<string, string> { ["Targets__0__Name"] = "db", ["Targets__0__ConnectionString"] = postgres.ConnectionString },
        arguments);
}
