using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Postgres.Partitions;
using MetricsCollector.Storage.Postgres.Schema;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite;
using MetricsCollector.Storage.Sqlite.Read;
using MetricsCollector.Storage.Sqlite.Schema;
using MetricsCollector.Storage.Sqlite.Write;
using MetricsCollector.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary><c>metrics-collector maintain</c> and <c>schema</c>, as people run them.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StoreCommandsTests(PostgresFixture postgres) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Schema_makes_the_schema_of_an_empty_database_and_leaves_a_current_one_alone()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var expected = $"The schema of the store is of version {SchemaMigration.All.Count}.";
        Assert.Equal((0, expected, ""), await RunAsync(database.ConnectionString, "schema"));
        await using var store = TestStore.Over(database.ConnectionString);
        var before = await SchemaDescription.ReadAsync(store);
        Assert.Equal((0, expected, ""), await RunAsync(database.ConnectionString, "schema"));
        Assert.Equal(before, await SchemaDescription.ReadAsync(store));
    }

    [Fact]
    public async Task Schema_makes_the_file_where_there_is_none()
    {
        var expected = $"The schema of the store is of version {SqliteSql.Migrations.Count}.";
        Assert.Equal((0, expected, ""), await RunAsync(null, "schema"));
        Assert.True(File.Exists(_directory.File("data/metrics_raw.db")));
        Assert.Equal((0, expected, ""), await RunAsync(null, "schema"));
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("maintain")]
    public async Task A_newer_store_is_refused_with_the_remedy_and_left_as_it_is(string command)
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.ExecuteAsync("INSERT INTO schema_migrations (version, name) VALUES (99, 'from the future')");
        var refused = await RunAsync(store.ConnectionString, command);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("schema is version 99", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("run the newer program", refused.Errors, StringComparison.Ordinal);

        var file = new SqliteFile(_directory.File("data/metrics_raw.db"));
        new SqliteSchema(file).Ensure();
        using (var connection = file.OpenWriter())
        using (var newer = new SqliteCommand("PRAGMA user_version = 99", connection))
        {
            newer.ExecuteNonQuery();
        }

        refused = await RunAsync(null, command);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("schema is version 99", refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("maintain")]
    public async Task A_store_that_cannot_be_reached_is_named_without_its_password(string command)
    {
        var away = await RunAsync("Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Database=d", command);
        Assert.Equal((1, ""), (away.ExitCode, away.Output));
        Assert.Contains("127.0.0.1:1", away.Errors, StringComparison.Ordinal);
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = "nobody_here", Password = "hunter2" };
        var refused = await RunAsync(wrong.ConnectionString, command);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("nobody_here", refused.Errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_directory.File("data"), "not a directory", Cancellation);
        var file = await RunAsync(null, command);
        Assert.Equal(1, file.ExitCode);
        Assert.Contains("metrics_raw.db", file.Errors, StringComparison.Ordinal);
        Assert.All(new[] { away, refused, file }, answer =>
        {
            Assert.DoesNotContain("hunter2", answer.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", answer.Errors, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Maintain_drops_what_expired_packs_what_is_closed_and_says_what_is_left()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        var today = PartitionedTable.PackedDays.StartOf(TimeProvider.System.GetUtcNow());
        await store.WriteAsync(
            Collected("gone", today.AddDays(-40), Value("up", 1)), Collected(
                "a",
                today.AddDays(-12),
                Value("up", 2),
                Value("brief", 3)), Collected("a", today.AddDays(-3), Value("up", 4), Value("brief", 5)));
        var done = await RunAsync(store.ConnectionString, "maintain", "--Storage:MetricRetention:brief=7d");
        Assert.Equal((0, ""), (done.ExitCode, done.Errors));
        Assert.StartsWith(
            "older than 30d, brief 7d: removed 2 partitions, 1 other rows and 1 series", done.Output, StringComparison.Ordinal);
        Assert.Contains("oldest snapshot", done.Output, StringComparison.Ordinal);
        Assert.Contains("forecast for the retention", done.Output, StringComparison.Ordinal);
        Assert.Equal([2, 4], await store.ColumnAsync<double>("SELECT value FROM metrics WHERE metric = 'up' ORDER BY 1"));
        Assert.Equal([5], await store.ColumnAsync<double>("SELECT value FROM metrics WHERE metric = 'brief'"));
        Assert.Equal(
            (0, 3),
            (await store.ScalarAsync<int>("SELECT count(*) FROM metrics_raw"), await store.ScalarAsync<int>(
                "SELECT count(*) FROM metrics_packed_days")));
        Assert.StartsWith(
            "older than 30d: removed nothing", (await RunAsync(store.ConnectionString, "maintain")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maintain_makes_the_schema_of_an_empty_store_and_has_nothing_to_remove()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        foreach (var connection in new[] { database.ConnectionString, null })
        {
            var done = await RunAsync(connection, "maintain");
            Assert.Equal((0, ""), (done.ExitCode, done.Errors));
            Assert.StartsWith("older than 30d: removed nothing", done.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", done.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Maintain_removes_what_expired_from_the_file()
    {
        var file = new SqliteFile(_directory.File("data/metrics_raw.db"));
        new SqliteSchema(file).Ensure();
        var now = TimeProvider.System.GetUtcNow();
        using (var writer = new SqliteSnapshotWriter(
            file, new MetricsCollector.Storage.Status.StoreStatus(TimeProvider.System), NullLogger<SqliteSnapshotWriter>.Instance))
        {
            await writer.WriteAsync(
                [Collected("a", now.AddDays(-40), Value("up", 1)), Collected("a", now.AddDays(-12), Value("up", 2), Value("brief", 3))],
                Cancellation);
        }

        var done = await RunAsync(null, "maintain", "--Storage:MetricRetention:brief=7d");
        Assert.Equal((0, ""), (done.ExitCode, done.Errors));

        // Two rows and a collection.
        Assert.StartsWith("older than 30d, brief 7d: removed 3 rows", done.Output, StringComparison.Ordinal);
        var series = await new SqliteSnapshotReader(file).FindSeriesAsync(new SeriesFilter(), 0, 10, Cancellation);
        Assert.Equal(["up"], series.Select(one => one.Key.Metric));
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string? connection, params string[] arguments)
    {
        var settings = new Dictionary<string, string> { ["ConnectionStrings:Store"] = connection ?? string.Empty };
        var (code, output, errors) = await CollectorProcess.RunAsync(_directory, settings, arguments);
        return (code, output.TrimEnd(), errors.TrimEnd());
    }
}
