using System.Diagnostics;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Npgsql;

namespace MetricsCollector.Tests.Collection.Sampling;

/// <summary>What <c>load</c> counts, beside sessions whose activity is known.</summary>
[Trait("PostgreSQL", "each")]
public sealed class LoadTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_that_stay_active_count_for_all_of_the_time()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await TestCollector.RunAsync(database.ConnectionString, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        await using var holder = await OpenAsync(database.ConnectionString);
        await using var transaction = await holder.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(holder, "UPDATE t SET id = 2");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task[] busy =
        [
            RunAsync(database.ConnectionString, "SELECT pg_sleep(600)", stop.Token),
            RunAsync(database.ConnectionString, "SELECT pg_sleep(600)", stop.Token),
            RunAsync(database.ConnectionString, "UPDATE t SET id = 3", stop.Token),
        ];
        var mine = $"FROM pg_stat_activity WHERE datname = '{new NpgsqlConnectionStringBuilder(database.ConnectionString).Database}' "
            + "AND state = 'active' AND wait_event IN ('PgSleep', 'transactionid')";
        await Eventually.TrueAsync(
            () => TestCollector.ScalarAsync<bool>(postgres.ConnectionString, $"SELECT count(*) = 3 {mine}"), "all three wait");
        var queryId = await TestCollector.ScalarAsync<string>(
            postgres.ConnectionString, $"SELECT coalesce(min(query_id::text), '') {mine} AND wait_event = 'PgSleep'");

        await using var collector = TestCollector.Of(database.ConnectionString, writer: new Writer());
        var begun = Stopwatch.GetTimestamp();
        var first = await CollectAsync(collector);
        var ended = Stopwatch.GetTimestamp();
        Assert.Empty(first.Find("load").Rows);
        Assert.Equal(0, first.Find("load_sampling").Value("sampled_seconds"));
        for (var i = 0; i < 4; i++)
        {
            await Task.Delay(100, Cancellation);
            await collector.SampleAsync(Cancellation);
        }

        var inner = Stopwatch.GetElapsedTime(ended);
        var last = await CollectAsync(collector);
        var outer = Stopwatch.GetElapsedTime(begun);
        var (load, sampling) = (last.Find("load"), last.Find("load_sampling"));
        var seconds = sampling.Value("sampled_seconds")!.Value;
        AssertLiesBetween(inner, seconds, outer);
        Assert.Equal(6, sampling.Value("samples"));
        // On a machine that is very busy a session was seen to be missing from one of the samples.
        Assert.InRange(load.Rows.Where(IsMine).Sum(row => row.Readings[0])!.Value, 2.5 * seconds, 3 * seconds);
        // A signal may wake a session for an instant: it then waits for nothing.
        Assert.InRange(Mine("PgSleep", queryId), seconds / 2, 2 * seconds);
        Assert.InRange(Mine("transactionid", null), seconds / 2, seconds);
        Assert.Equal(sampling.Value("active_seconds"), load.Rows.Sum(row => row.Readings[0]));

        // What was not stored is counted by the next snapshot that is.
        await collector.CollectNowAsync(["load"], store: false, Cancellation);
        var again = await CollectAsync(collector);
        var stored = load.Rows.ToDictionary(row => row.Labels, row => row.Readings[0]!.Value);
        Assert.Equal(
            again.Find("load_sampling").Value("active_seconds") - sampling.Value("active_seconds"),
            again.Find("load").Rows.Sum(row => row.Readings[0] - stored.GetValueOrDefault(row.Labels)));
        await stop.CancelAsync();
        await Task.WhenAll(busy);

        double Mine(string wait, string? queryId) => load.Rows.Single(row => row.Labels["wait_event"] == wait
            && IsMine(row) && (queryId is null || row.Labels["queryid"] == queryId)).Readings[0]!.Value;

        bool IsMine(SnapshotRow row) => row.Labels["datname"] == holder.Database
            && (row.Labels["backend_type"], row.Labels["usename"]) == ("client backend", "postgres");
    }

    [Fact]
    public async Task Without_samples_or_rights_it_says_why()
    {
        await using var off = TestCollector.Of(
            postgres.ConnectionString,
            options: new CollectionOptions { LoadInterval = default, StatementTexts = OnOff.Off },
            writer: new Writer());
        Assert.Equal(
            "Collection:StatementTexts is off", (await off.CollectAsync("statement_texts")).Find("statement_texts").Outcome.Reason);
        var collection = await CollectAsync(off);
        Assert.All(collection.Snapshots, snapshot => Assert.Equal(
            (OutcomeStatus.Skipped, "Collection:LoadInterval is 0s: nothing is sampled; write how often, such as 1s"),
            (snapshot.Outcome.Status, snapshot.Outcome.Reason)));
        Assert.Null(off.SampleInterval);

        await using var database = await postgres.CreateDatabaseAsync();
        await using var role = await postgres.CreateRoleAsync();
        await using var bare = TestCollector.Of(database.ConnectionStringOf(role), writer: new Writer());
        collection = await CollectAsync(bare);
        Assert.Contains($"run: GRANT pg_monitor TO \"{role.Name}\"", collection.Find("load").Outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(OutcomeStatus.Skipped, collection.Find("load_sampling").Outcome.Status);
        await TestCollector.RunAsync(postgres.ConnectionString, $"GRANT pg_monitor TO {role.Name}");
        Assert.Equal(OutcomeStatus.Ok, (await CollectAsync(bare)).Find("load").Outcome.Status);
    }

    [Fact]
    public async Task A_sample_over_a_connection_that_is_gone_is_skipped_and_its_time_counts_with_the_next()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var collector = TestCollector.Of(database.ConnectionString, writer: new Writer());
        var begun = Stopwatch.GetTimestamp();
        var first = await CollectAsync(collector);
        var ended = Stopwatch.GetTimestamp();
        await TestCollector.RunAsync(
            postgres.ConnectionString,
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
                + $"WHERE application_name = 'metrics-collector' AND datname = '{database.Name}'");
        await collector.SampleAsync(Cancellation);
        await collector.SampleAsync(Cancellation);
        var inner = Stopwatch.GetElapsedTime(ended);
        var next = await CollectAsync(collector);
        var outer = Stopwatch.GetElapsedTime(begun);
        var sampling = next.Find("load_sampling");
        Assert.Equal((2, 2), (sampling.Value("samples"), sampling.Value("samples_skipped")));
        AssertLiesBetween(inner, sampling.Value("sampled_seconds")!.Value, outer);
        Assert.Equal(first.Find("load_sampling").Value("stats_reset"), sampling.Value("stats_reset"));
    }

    // From the beginning of one collection to that of another: no less than from the end of the first, no more than to the end of the
    // second, but for the unit of the counters.
    private static void AssertLiesBetween(TimeSpan inner, double seconds, TimeSpan outer) =>
        Assert.InRange(seconds, inner.TotalSeconds - (1.0 / 1024), outer.TotalSeconds + (1.0 / 1024));

    private static Task<CollectionRun> CollectAsync(TargetCollector collector) =>
        collector.CollectNowAsync(["load", "load_sampling"], store: true, Cancellation);

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task RunAsync(string connectionString, string sql, CancellationToken stop)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(sql, connection);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteNonQueryAsync(stop));
    }

    private sealed class Writer : ISnapshotWriter
    {
        public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
