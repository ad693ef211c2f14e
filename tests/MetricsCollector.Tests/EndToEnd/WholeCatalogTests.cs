using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Tests.Collection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>The whole catalog on a server of each major version where something happens, on its standby, as superuser and as
/// <c>pg_monitor</c>.</summary>
[Trait("PostgreSQL", "each")]
public sealed class WholeCatalogTests
{
    private static readonly MetricCatalog Catalog = MetricCatalog.Load();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Majors => [.. TestMajors.All];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Every_metric_is_ok_or_skipped_with_its_reason_and_the_rows_are_right(int major)
    {
        await using var server = await BusyServer.StartAsync(major);
        var wrong = new List<string>();
        foreach (var (name, connectionString) in Roles(server))
        {
            await using var collector = Collector(connectionString);
            var (first, second) = (await CollectAsync(collector), await CollectAsync(collector));
            wrong.AddRange(FallenCounters(first, second).Select(counter => $"{name}: {counter} fell"));
            foreach (var snapshot in first.Snapshots.Concat(second.Snapshots))
            {
                if (!IsExpected(snapshot, name, major))
                {
                    wrong.Add($"{name}: {snapshot.Metric} {snapshot.Outcome}");
                }
            }
        }

        Assert.Empty(wrong.Distinct());
        await CompareAsync(server, major);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Promotion_restart_and_extensions_are_noticed_without_a_restart_of_the_collector(int major)
    {
        await using var primary = await LocalServer.StartAsync(new LocalServerOptions { FromTemplate = true, Major = major }, Cancellation);
        await using var standby = await LocalServer.StartStandbyAsync(primary, Cancellation);
        await using var collector = Collector(standby.ConnectionString());
        Assert.Equal(OutcomeStatus.Ok, Find(await CollectAsync(collector), "recovery").Outcome.Status);
        Assert.Contains("CREATE EXTENSION", Find(await CollectAsync(collector), "statements").Outcome.Reason, StringComparison.Ordinal);
        await using var files = new FileCollector(
            standby.ConnectionString(),
            [.. new[] { "primary", "standby" }.Select(role =>
                FileCollector.File($"on_{role}", "SELECT 1 AS v", $"-- role: {role}", "-- gauge v things: V."))]);
        await files.CollectAsync();

        await standby.PromoteAsync(Cancellation);
        await Eventually.TrueAsync(
            async () => Find(await CollectAsync(collector), "recovery").Outcome.Status == OutcomeStatus.Skipped,
            "the promotion is noticed");
        Assert.False(collector.State.Facts!.InRecovery);

        // A metric for the other role is not logged when the role changes.
        await Eventually.TrueAsync(
            async () => (await files.CollectAsync("on_primary")).Outcome.Status == OutcomeStatus.Ok, "the metric of primaries is ok");
        Assert.DoesNotContain(files.Log, line => line.Text.Contains(", metric on_", StringComparison.Ordinal));

        await using (var source = NpgsqlDataSource.Create(standby.ConnectionString()))
        await using (var command = source.CreateCommand("CREATE EXTENSION pg_stat_statements"))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await Eventually.TrueAsync(
            async () => Find(await CollectAsync(collector), "statements").Outcome.Status == OutcomeStatus.Ok, "the extension is noticed");
        await standby.StopAsync(Cancellation);
        Assert.NotNull((await CollectAsync(collector)).Unreachable);
        await standby.StartAgainAsync(Cancellation);
        var collection = await CollectAsync(collector);
        Assert.Null(collection.Unreachable);
        Assert.DoesNotContain(collection.Snapshots, snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed);
    }

    private static (string Name, string ConnectionString)[] Roles(BusyServer server) =>
    [
        ("superuser", server.Primary.ConnectionString()),
        ("monitor", BusyServer.AsMonitor(server.Primary)),
        ("superuser on the standby", server.Standby.ConnectionString()),
        ("monitor on the standby", BusyServer.AsMonitor(server.Standby)),
    ];

    private static bool IsExpected(Snapshot snapshot, string role, int major)
    {
        var metric = Catalog.Find(snapshot.Metric)!;
        var monitor = role.StartsWith("monitor", StringComparison.Ordinal);
        var reason = snapshot.Outcome.Reason ?? string.Empty;
        return snapshot.Outcome.Status switch
        {
            OutcomeStatus.Ok => true,
            OutcomeStatus.Skipped when metric.FileFor(major) is null => reason.Contains("needs PostgreSQL", StringComparison.Ordinal),
            OutcomeStatus.Skipped when metric.Role != ServerRole.Any => reason.StartsWith("for ", StringComparison.Ordinal),
            OutcomeStatus.Skipped when metric.Requires?.Name == "pg_buffercache" =>
                reason.Contains("CREATE EXTENSION pg_buffercache", StringComparison.Ordinal),
            OutcomeStatus.Skipped when monitor && metric.Files[^1].Privilege is { } privilege =>
                reason.Contains($"GRANT {privilege} TO \"monitor\"", StringComparison.Ordinal),
            OutcomeStatus.Partial when monitor && metric.Files[^1].FieldPrivileges is [var part] =>
                reason.EndsWith($"run: GRANT {part.Role} TO \"monitor\"", StringComparison.Ordinal),
            OutcomeStatus.Skipped when monitor && major == 14 && metric.Name == "shared_memory" => reason.Contains(
                "GRANT SELECT ON pg_catalog.pg_shmem_allocations TO \"monitor\"; GRANT EXECUTE ON FUNCTION "
                    + "pg_catalog.pg_get_shmem_allocations() TO \"monitor\"",
                StringComparison.Ordinal),
            _ => false,
        };
    }

    // What does not move between our reading and psql's has to be the same; what moves has to lie between two readings.
    private static async Task CompareAsync(BusyServer server, int major)
    {
        await using var collector = Collector(server.Primary.ConnectionString());
        var before = await server.ScalarAsync<long>("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'");
        var collection = await CollectAsync(collector);
        await Eventually.TrueAsync(
            async () => Value(await CollectAsync(collector), "database", "xact_commit", ("datname", "postgres")) is { } commits
                && commits >= before
                && commits <= await server.ScalarAsync<long>("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'"),
            "commits lie between two readings of psql");

        Assert.Equal(
            await server.ScalarAsync<long>("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 't1'", "app"),
            Value(collection, "tables", "n_tup_ins", ("datname", "app"), ("relname", "t1")));
        Assert.Equal(
            await server.ScalarAsync<long>("SELECT pg_table_size('t1')", "app"),
            Value(collection, "table_sizes", "table_size", ("datname", "app"), ("relname", "t1")));
        Assert.Equal(25, Value(collection, "sequences", "last_value", ("datname", "app"), ("sequencename", "numbers")));
        Assert.Equal(1000, Value(collection, "functions", "calls", ("datname", "app"), ("funcname", "twice")));
        Assert.Equal(
            await server.ScalarAsync<double>("SELECT setting::float8 FROM pg_settings WHERE name = 'max_connections'"),
            Value(collection, "settings", "value", ("name", "max_connections")));
        Assert.Equal(BusyServer.Blocked(major), Value(collection, "blocking", "blocked"));
        Assert.Equal(1, Find(collection, "prepared_xacts").Rows.Sum(row => row.Readings[0]));
        Assert.Equal(2, Find(collection, "replication").Rows.Count(row => row.Labels["application_name"] != "pg_basebackup"));
        Assert.Contains(Find(collection, "replication_slots").Rows, row => row.Labels["slot_name"] == "sub");
        Assert.Contains(Find(collection, "subscription").Rows, row => row.Labels["subname"] == "sub");
        Assert.Contains(Find(collection, "progress_vacuum").Rows, row => row.Labels["datname"] == "app");
        Assert.Contains(
            Find(collection, "statements").Rows, row => row.Attributes?["query"].Contains("nextval", StringComparison.Ordinal) == true);
        Assert.Contains(Find(collection, "tables").Rows, row => row.Labels["datname"] == "app2");

        // 300 tables are capped at 200 per database, and the answer says so; the table that is held is passed over, not waited for.
        Assert.Equal(200, Find(collection, "tables").Rows.Count(row => row.Labels["datname"] == "app"));
        Assert.Equal(100, Find(collection, "tables").RowsLeftOut);
        Assert.DoesNotContain(Find(collection, "table_sizes").Rows, row => row.Labels["relname"] == "t3");
        Assert.Equal(major >= 16, Find(collection, "io").Rows.Count > 0);
        Assert.Equal(4, Value(collection, "collection", "databases"));
        if (major >= 19)
        {
            await CompareNewAsync(server, collection);
        }

        await CompareViewsAsync(server, collector, major);
    }

    // A gauge may change twice between the two readings of the view, but not in every round.
    private static async Task CompareViewsAsync(BusyServer server, TargetCollector collector, int major)
    {
        var views = new ViewComparison(server.Primary, "app");
        var different = new List<string>();
        for (var round = 0; round < ViewComparison.Rounds; round++)
        {
            var differences = await views.DifferencesAsync(Catalog, major, () => CollectAsync(collector));
            different = round == 0 ? [.. differences] : [.. different.Where(one => differences.Any(again => Field(again) == Field(one)))];
            if (different.Count == 0)
            {
                break;
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different.DistinctBy(Field)));
        Assert.True(views.Compared.Count > 100, $"Only {views.Compared.Count} were compared: {string.Join(", ", views.Compared)}");

        static string Field(string difference) => difference[..difference.IndexOf("}: ", StringComparison.Ordinal)];
    }

    // What PostgreSQL 19 has brought.
    private static async Task CompareNewAsync(BusyServer server, CollectionRun collection)
    {
        Assert.Equal(
            await server.ScalarAsync<long>("SELECT count(*) FROM pg_stat_lock"), Find(collection, "lock_stats").Rows.Count);
        Assert.Equal(
            await server.ScalarAsync<double>("SELECT score FROM pg_stat_autovacuum_scores WHERE relname = 't2'", "app"),
            Value(collection, "autovacuum_scores", "score", ("datname", "app"), ("relname", "t2")));
        Assert.Equal(
            await server.ScalarAsync<long>(
                "SELECT num_members FROM pg_get_multixact_stats()"), Value(collection, "multixacts", "num_members"));
        var vacuum = Find(collection, "progress_vacuum").Rows.Single(row => row.Labels["datname"] == "app");
        Assert.Equal(("normal", "manual"), (vacuum.Attributes!["mode"], vacuum.Attributes["started_by"]));
        Assert.Equal(
            await server.ScalarAsync<string>("SELECT current_setting('effective_wal_level')"),
            Find(collection, "server").Rows[0].Attributes!["effective_wal_level"]);
        var repack = Find(collection, "progress_cluster").Rows.Single();
        Assert.Equal(("app", "REPACK"), (repack.Labels["datname"], repack.Labels["command"]));
        Assert.Equal(1, Value(collection, "lock_stats", "waits", ("locktype", "relation")));
        Assert.True(Value(collection, "subscription_stats", "sync_seq_error_count", ("subname", "sub")) > 0);
        Assert.True(Value(collection, "subscription_stats", "sync_error_count", ("subname", "sub")) > 0);
        Assert.Equal("full", Find(collection, "progress_basebackup").Rows.Single().Attributes!["backup_type"]);
        // Slots that live as long as one REPACK share series.
        Assert.Equal(
            ["pg_repack_1", "sub"], Find(collection, "replication_slots").Rows.Select(row => row.Labels["slot_name"]).Order());
        Assert.Contains(
            Find(collection, "statements").Rows, row => row.Readings[IndexOf(collection, "statements", "custom_plan_calls")] is not null);
    }

    private static int IndexOf(CollectionRun collection, string metric, string field) =>
        Find(collection, metric).Fields.Index().Single(named => named.Item == field).Index;

    // Nobody resets statistics here, so what is declared a counter must not fall while the server is busy.
    private static IEnumerable<string> FallenCounters(CollectionRun first, CollectionRun second) =>
        from before in first.Snapshots
        let after = Find(second, before.Metric)
        let counters = Catalog.Find(before.Metric)!.Fields.Index().Where(field => field.Item.Kind == FieldKind.Counter).ToList()
        from row in before.Rows
        from later in after.Rows.Where(later => later.Labels.Equals(row.Labels))
        from counter in counters
        where later.Readings[counter.Index] < row.Readings[counter.Index]
        select $"{before.Metric}.{counter.Item.Name}";

    private static double? Value(CollectionRun collection, string metric, string field, params (string Name, string Value)[] labels)
    {
        var snapshot = Find(collection, metric);
        var row = snapshot.Rows.Single(row => labels.All(label => row.Labels[label.Name] == label.Value));
        return row.Readings[snapshot.Fields.Index().Single(named => named.Item == field).Index];
    }

    private static Snapshot Find(CollectionRun collection, string metric) =>
        collection.Snapshots.Single(snapshot => snapshot.Metric == metric);

    private static Task<CollectionRun> CollectAsync(TargetCollector collector) =>
        collector.CollectNowAsync([.. collector.Plan.Metrics.Keys], store: false, Cancellation);

    private static TargetCollector Collector(string connectionString) => new(
        new Target("test", new NpgsqlConnectionStringBuilder(connectionString)) { Preset = "exhaustive" },
        Catalog,
        new CollectionOptions(),
        new Unwritten(),
        TimeProvider.System,
        NullLogger.Instance);
}
