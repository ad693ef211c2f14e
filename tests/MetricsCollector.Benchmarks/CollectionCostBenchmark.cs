using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Targets;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Benchmarks;

/// <summary>
/// What a collection costs a server with a database of 300 tables, one of pgbench's tables and three empty ones: the server's own count in
/// pg_stat_statements, and the CPU time of its processes, which has what working out texts and plans costs too, beside the same statements
/// sent one by one by a session that stays.
/// </summary>
internal sealed class CollectionCostBenchmark : IBenchmark
{
    private const int Collections = 20;

    // CPU time is counted by hundredths of a second.
    private const double LeastCpuSeconds = 2;
    private const string OurTime = "SELECT coalesce(sum(total_exec_time), 0) FROM pg_stat_statements AS s JOIN pg_roles AS r ON r.oid = "
        + "s.userid WHERE r.rolname = 'monitor'";

    public string Name => "collection-cost";

    public string Summary => "server time of a collection (pg_stat_statements) against the same statements one by one";

    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await LocalServer.StartAsync(new LocalServerOptions(), cancellationToken);
        await FillAsync(server, cancellationToken);
        var rows = new List<Measurement>();
        foreach (var preset in (string[])["minimal", "standard", "exhaustive"])
        {
            rows.AddRange(await MeasureAsync(server, preset, cancellationToken));
        }

        return rows;
    }

    private static async Task<List<Measurement>> MeasureAsync(LocalServer server, string preset, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = "monitor", Password = "monitor" };
        await using var collector = new TargetCollector(
            new Target("bench", connection) { Preset = preset }, MetricCatalog.Load(), new CollectionOptions(), new Nowhere(),
            TimeProvider.System, NullLogger.Instance);
        var metrics = collector.Plan.Metrics.Values.ToList();
        var warm = await CollectAsync(collector, metrics, cancellationToken);
        var again = await CollectAsync(collector, metrics, cancellationToken);
        await using var session = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Pooling = false }.ConnectionString);
        await session.OpenAsync(cancellationToken);
        var ours = await TimeAsync(
            server, () => RepeatAsync(Collections, () => CollectAsync(collector, metrics, cancellationToken)), cancellationToken);
        var oneByOne = await TimeAsync(
            server, () => RepeatAsync(Collections, () => OneByOneAsync(session, collector, warm, cancellationToken)), cancellationToken);
        var ourCpu = await CpuAsync(server, () => CollectAsync(collector, metrics, cancellationToken));
        var cpuOneByOne = await CpuAsync(server, () => OneByOneAsync(session, collector, warm, cancellationToken));
        var perMinute = 0.0;
        var samplesPerMinute = 0.0;
        foreach (var interval in metrics.GroupBy(metric => metric.Interval))
        {
            var time = await TimeAsync(server, () => CollectAsync(collector, [.. interval], cancellationToken), cancellationToken);
            perMinute += time * (TimeSpan.FromMinutes(1) / interval.Key);
            samplesPerMinute += warm.Snapshots
                .Where(snapshot => interval.Any(metric => metric.Definition.Name == snapshot.Metric))
                .Sum(Samples) * (TimeSpan.FromMinutes(1) / interval.Key);
        }

        IReadOnlyList<Measurement> metricByMetric = preset != "exhaustive" ? [] :
            [.. warm.Snapshots.Select(snapshot => new Measurement(
                $"{snapshot.Metric}: {snapshot.Rows.Count} rows, {Samples(snapshot)} samples, every "
                    + $"{collector.Plan.Metrics[snapshot.Metric].Definition.Every}, "
                    + $"{collector.Plan.Metrics[snapshot.Metric].Definition.Preset.ToString().ToLowerInvariant()}",
                again.Snapshots.Single(other => other.Metric == snapshot.Metric).Duration.TotalMilliseconds,
                null,
                "ms",
                snapshot.Outcome.Status.ToString().ToLowerInvariant()))];
        var samples = warm.Snapshots.Sum(Samples);
        return
        [
            .. metricByMetric,
            new Measurement(
                $"{preset}: samples per minute at the catalog's intervals", samplesPerMinute, null, "samples", "standard >= 9,526"),
            new Measurement(
                $"{preset}: server time of a collection in which everything is due", ours / Collections, oneByOne / Collections, "ms",
                "ratio <= 1.1"),
            new Measurement($"{preset}: CPU time of the server for such a pass", ourCpu * 1000, cpuOneByOne * 1000, "ms", "ratio <= 1.1"),
            new Measurement(
                $"{preset}: server time per minute at the catalog's intervals", perMinute, null, "ms", "standard < 52, exhaustive < 112"),
            new Measurement($"{preset}: samples of such a pass", samples, null, "samples", "standard >= 9,526"),
            new Measurement(
                $"{preset}: round trips of such a collection, {warm.Snapshots.Count} metrics",
                (await CollectAsync(collector, metrics, cancellationToken)).RoundTrips, null, "round trips", "1 + 1 per further database"),
        ];
    }

    private static int Samples(Snapshot snapshot) => snapshot.Rows.Sum(row => row.Readings.Count(reading => reading is not null));

    private static Task<CollectionRun> CollectAsync(
        TargetCollector collector, List<PlannedMetric> metrics, CancellationToken cancellationToken) =>
        collector.CollectNowAsync([.. metrics.Select(metric => metric.Definition.Name)], store: false, cancellationToken);

    private static async Task OneByOneAsync(
        NpgsqlConnection session, TargetCollector collector, CollectionRun collection, CancellationToken cancellationToken)
    {
        var facts = collector.State.Facts!;
        var asked = collection.Snapshots
            .Where(snapshot => snapshot.Outcome.Status == OutcomeStatus.Ok)
            .Select(snapshot => collector.Plan.Metrics[snapshot.Metric].Definition)
            .Where(metric => !metric.Computed)
            .ToList();
        await ExecuteAsync(session, asked);
        var ofDatabases = asked.Where(metric => metric.Scope == MetricScope.Database).ToList();
        foreach (var database in facts.Databases.Where(database => ofDatabases.Count > 0 && database != facts.Database))
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(session.ConnectionString) { Password = "monitor", Database = database }.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await ExecuteAsync(connection, ofDatabases);
        }

        async Task ExecuteAsync(NpgsqlConnection connection, List<MetricDefinition> metrics)
        {
            foreach (var metric in metrics)
            {
                await using var command = new NpgsqlCommand(metric.FileFor(facts.Major)!.SqlFor(facts.Major), connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    private static async Task RepeatAsync(int times, Func<Task> work)
    {
        for (var i = 0; i < times; i++)
        {
            await work();
        }
    }

    private static async Task<double> CpuAsync(LocalServer server, Func<Task> work)
    {
        var before = ProcessCpu.Of(server);
        var times = 0;
        while (ProcessCpu.Of(server) - before < LeastCpuSeconds)
        {
            await RepeatAsync(Collections, work);
            times += Collections;
        }

        return (ProcessCpu.Of(server) - before) / times;
    }

    private static async Task<double> TimeAsync(LocalServer server, Func<Task> work, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync(cancellationToken);
        await using var reset = new NpgsqlCommand("SELECT pg_stat_statements_reset()", connection);
        await reset.ExecuteNonQueryAsync(cancellationToken);
        await work();
        await using var read = new NpgsqlCommand(OurTime, connection);
        return (double)(await read.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task FillAsync(LocalServer server, CancellationToken cancellationToken)
    {
        foreach (var (database, sql) in ((string, string)[])
        [
            ("postgres", "CREATE DATABASE tables300"), ("postgres", "CREATE DATABASE bench"), ("postgres", "CREATE DATABASE empty1"),
            ("postgres", "CREATE DATABASE empty2"), ("postgres", "CREATE DATABASE empty3"),
            ("postgres", "CREATE ROLE monitor LOGIN PASSWORD 'monitor'"), ("postgres", "GRANT pg_monitor, pg_read_all_data TO monitor"),
            ("postgres", "CREATE EXTENSION pg_stat_statements"),
            ("tables300", "DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, name text UNIQUE)', i); "
                + "EXECUTE format('INSERT INTO t%s SELECT i, i FROM generate_series(1, 100) AS i', i); END LOOP; END $$"),
            ("bench", "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84)); INSERT INTO "
                + "pgbench_accounts SELECT i, 1, 0, '' FROM generate_series(1, 100000) AS i"),
            ("bench", "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp); CREATE TABLE pgbench_tellers "
                + "(tid int PRIMARY KEY, bid int, tbalance int); CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int)"),
            ("tables300", "ANALYZE"), ("bench", "ANALYZE"),
        ])
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(server.ConnectionString(database)) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private sealed class Nowhere : ISnapshotWriter
    {
        public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
