using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage;

[Trait("PostgreSQL", "each")]
public sealed class PostgresSnapshotWriterTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Views_give_every_value_with_its_names()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.WriteAsync(
            Collected("a", Noon, Snapshot("m", ["f", "g"], Row("x", 1, null))),
            Collected("a", Noon.AddMinutes(9), Snapshot("m", ["g", "h"], Row("x", 2, 3))));
        Assert.Equal(
            ["12:00 a m x f 1", "12:00 a m x g -", "12:00 a m x h -", "12:09 a m x f -", "12:09 a m x g 2", "12:09 a m x h 3"],
            await store.ColumnAsync<string>(Lines("metrics")));
        Assert.Equal(["12:09 a m x f -", "12:09 a m x g 2", "12:09 a m x h 3"], await store.ColumnAsync<string>(Lines("metrics_latest")));
    }

    [Fact]
    public async Task The_latest_view_follows_a_series_however_lazily_it_is_touched()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        var other = store.NewWriter();
        for (var i = 0; i < 60; i++)
        {
            // Two collectors of the same series, each with its own memory of when it was seen.
            var writer = i % 3 == 0 ? other : store.Writer;
            await writer.WriteAsync([Collected("a", Noon.AddMinutes(i), Value("up", i))], Cancellation);
            Assert.Equal(i, await store.ScalarAsync<double>("SELECT value FROM metrics_latest"));
        }

        await store.WriteAsync(
            [.. Enumerable.Range(0, 30).Select(i => Collected("a", Noon.AddHours(2).AddMinutes(i), Value("up", 100 + i)))]);
        Assert.Equal(129, await store.ScalarAsync<double>("SELECT value FROM metrics_latest"));
        await store.NewWriter().WriteAsync(
            [.. Enumerable.Range(0, 19).Select(i => Collected("a", Noon.AddHours(2).AddMinutes(30 + i), Value("up", 130 + i)))],
            Cancellation);
        Assert.Equal(148, await store.ScalarAsync<double>("SELECT value FROM metrics_latest"));
    }

    [Fact]
    public async Task A_series_is_touched_at_most_every_ten_minutes_and_never_ahead_of_its_rows()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        var touched = new HashSet<DateTime>();
        for (var i = 0; i < 31; i++)
        {
            await store.WriteAsync(Collected("a", Noon.AddMinutes(i), Value("up", i)));
            touched.Add(await store.ScalarAsync<DateTime>("SELECT last_seen FROM series"));
        }

        Assert.Equal([0, 10, 20, 30], touched.Select(at => at.Minute));
    }

    [Fact]
    public async Task Data_that_no_store_would_take_is_refused_whole_and_leaves_nothing_in_memory()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        var good = Collected("a", Noon, Value("up", 1));
        var bad = Collected("a", Noon.AddMinutes(1), Snapshot("up", ["value"], Row("zero \0 byte", 2)));
        await Assert.ThrowsAsync<SnapshotsRefusedException>(() => store.WriteAsync(good, bad));
        Assert.Equal(0, await store.ScalarAsync<int>("SELECT count(*) FROM targets"));

        await store.WriteAsync(good);
        Assert.Equal(1, await store.ScalarAsync<double>("SELECT value FROM metrics WHERE target = 'a' AND metric = 'up'"));
        Assert.Equal(1, store.Status.Read().WrittenCollections);
    }

    [Fact]
    public async Task A_connection_that_is_cut_while_idle_costs_nothing()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        await store.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await store.WriteAsync(Collected("a", Noon.AddMinutes(1), Value("up", 2)));
        Assert.Equal(2, await store.ScalarAsync<int>("SELECT count(*) FROM metrics"));
    }

    [Fact]
    public async Task A_store_that_lost_what_was_known_gets_it_again()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        await store.ExecuteAsync("DELETE FROM series");
        await store.WriteAsync(Collected("a", Noon.AddMinutes(10), Value("up", 2)));
        Assert.Equal(2, await store.ScalarAsync<double>("SELECT value FROM metrics_latest"));
    }

    [Fact]
    public async Task A_store_without_schema_is_unavailable_and_not_the_data_s_fault()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteAsync(Collected("a", Noon, Value("up", 1))));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Reader.ReadLatestAsync(Cancellation));
    }

    [Fact]
    public async Task A_store_that_is_not_there_says_so_without_secrets()
    {
        await using var store = TestStore.Over("Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Timeout=2");
        Task[] attempts =
        [
            store.WriteAsync(Collected("a", Noon, Value("up", 1))), store.ReadAsync(), store.Schema.EnsureAsync(Cancellation),
            store.Reader.ReadSamplesAsync(new SeriesFilter(null, "m"), ["f"], Noon, Noon, default, Cancellation)
                .GetAsyncEnumerator(Cancellation)
                .MoveNextAsync()
                .AsTask(),
        ];
        foreach (var attempt in attempts)
        {
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => attempt);
            Assert.Contains("127.0.0.1:1", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_not_shown()
    {
        await using var role = await postgres.CreateRoleAsync();
        var wrong = new NpgsqlConnectionStringBuilder(role.ConnectionString) { Database = "no_such_database", Password = "hunter2" };
        await using var store = TestStore.Over(wrong.ConnectionString);
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("SQLSTATE", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_of_a_target_follow_the_settings()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)) with { TargetLabels = Labels(("env", "test")) });
        var renamed = Collected("a", Noon.AddMinutes(1), Value("up", 1)) with { TargetLabels = Labels(("env", "prod")) };
        await store.WriteAsync(renamed, Collected("b", Noon, Value("up", 1)));
        Assert.Equal(
            ["a {\"env\": \"prod\"}", "b {}"], await store.ColumnAsync<string>("SELECT name || ' ' || labels FROM targets ORDER BY 1"));
        await store.NewWriter().WriteAsync([renamed with { TargetLabels = Labels(("env", "old")) }], Cancellation);
        Assert.Equal("{\"env\": \"prod\"}", await store.ScalarAsync<string>("SELECT labels::text FROM targets WHERE name = 'a'"));
    }

    [Fact]
    public async Task Outcomes_are_terse()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        var skipped = Without("wal", Outcome.Skipped("GRANT x", "42501"));
        var collection = Collected("a", Noon, Value("up", 1), Without("io", Outcome.Failed("down")), skipped) with { Unreachable = "down" };
        await store.WriteAsync(collection);
        Assert.Equal(
            """{"io": {"ms": 0, "rows": 0, "outcome": "failed"}, "up": {"ms": 1.25, "rows": 1}"""
                + """, "wal": {"ms": 0, "rows": 0, "reason": "GRANT x", "outcome": "skipped", "sqlState": "42501"}}""",
            await store.ScalarAsync<string>("SELECT outcomes::text FROM collections"));
    }

    [Fact]
    public async Task What_was_written_and_left_out_is_counted()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        SnapshotRow[] rows = [Row("x", 1, 2), Row("y", 3, 4), Row("x", 5, 6), Row(new string('z', 3_000), 7, 8)];
        await store.WriteAsync(Collected("a", Noon, Snapshot("m", ["f", "g"], rows)));
        var report = store.Status.Read();
        Assert.Equal((1, 2, 4, 2), (report.WrittenCollections, report.WrittenRows, report.WrittenSamples, report.LeftOutRows));
        Assert.NotNull(report.LastWriteAt);
    }

    private static string Lines(string view) =>
        $"SELECT format('%s %s %s %s %s %s', to_char(collected_at AT TIME ZONE 'UTC', 'HH24:MI'), target, metric, "
            + $"labels->>'datname', field, coalesce(value::text, '-')) FROM {view} ORDER BY 1";
}
