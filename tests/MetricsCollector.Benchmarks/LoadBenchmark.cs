using System.Diagnostics;
using MetricsCollector.Catalog;
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
/// What a sample of active sessions costs a server with 200 sessions beside a reading of <c>activity</c>, and how near the average of
/// active sessions comes to one of samples each 100 ms, while sessions work, wait for locks and read.
/// </summary>
internal sealed class LoadBenchmark : IBenchmark
{
    private const int Idle = 180;
    private const int Active = 20;
    private const int Times = 300;

    private const string Ours =
        "SELECT coalesce(sum(total_exec_time + total_plan_time), 0) FROM pg_stat_statements WHERE userid = 'monitor'::regrole";

    private static readonly TimeSpan Observed = TimeSpan.FromMinutes(2);

    private static readonly (string Name, string Sql)[] Workloads =
    [
        ("CPU", "SELECT count(*) FROM generate_series(1, (random() * 400000)::int)"),
        ("lock waits", "BEGIN; UPDATE accounts SET n = n + 1 WHERE id = 1; SELECT pg_sleep(random() * 0.1); COMMIT"),
        ("IO", "SELECT count(*) FROM big WHERE filler LIKE '%' || (random() * 1000)::int || '%'"),
    ];

    public string Name => "load";

    public string Summary => "a sample of active sessions against a reading of activity, and averages against samples each 100 ms";

    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions
            {
                Settings = new Dictionary<string, string>
                {
                    ["max_connections"] = "300",
                    ["shared_buffers"] = "16MB",
                    ["pg_stat_statements.track_planning"] = "on",
                },
            },
            cancellationToken);
        foreach (var sql in (string[])
        [
            "CREATE EXTENSION pg_stat_statements",
            "CREATE ROLE monitor LOGIN PASSWORD 'monitor'",
            "GRANT pg_monitor TO monitor",
            "CREATE TABLE accounts AS SELECT i AS id, 0 AS n FROM generate_series(1, 10) AS i",
            "CREATE TABLE big AS SELECT i AS id, repeat(md5(i::text), 8) AS filler FROM generate_series(1, 300000) AS i",
        ])
        {
            await using var connection = await OpenAsync(server, cancellationToken);
            await ExecuteAsync(connection, sql, cancellationToken);
        }

        var rows = await CostAsync(server, cancellationToken);
        foreach (var workload in Workloads)
        {
            rows.Add(await AverageAsync(server, workload.Name, workload.Sql, cancellationToken));
        }

        return rows;
    }

    private static async Task<List<Measurement>> CostAsync(LocalServer server, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sessions = new List<NpgsqlConnection>();
        var busy = new List<Task>();
        for (var i = 0; i < Idle + Active; i++)
        {
            sessions.Add(await OpenAsync(server, cancellationToken));
            if (i < Active)
            {
                busy.Add(RepeatAsync(sessions[^1], "SELECT pg_sleep(600)", stop.Token));
            }
        }

        await using var collector = Collector(server);
        await using var connection = await OpenAsync(server, cancellationToken);
        for (var i = 0; i < 3; i++)
        {
            // What comes again is prepared.
            await collector.CollectNowAsync(["activity", "load"], store: true, cancellationToken);
            await collector.SampleAsync(cancellationToken);
        }

        await ExecuteAsync(connection, "SELECT pg_stat_statements_reset()", cancellationToken);
        var (sample, sampleAlone) = (0.0, 0.0);
        var (reading, readingAlone) = (0.0, 0.0);
        for (var i = 0; i < Times; i++)
        {
            await collector.SampleAsync(cancellationToken);
            await ReadAsync("query_id", (whole, alone) => (sample, sampleAlone) = (sample + whole, sampleAlone + alone));
            await collector.CollectNowAsync(["activity"], store: false, cancellationToken);
            await ReadAsync("namesakes", (whole, alone) => (reading, readingAlone) = (reading + whole, readingAlone + alone));
        }

        await stop.CancelAsync();
        await Task.WhenAll(busy);
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        return
        [
            new Measurement(
                $"server time of a sample, {Idle + Active} sessions of which {Active} active, against a collection of activity",
                sample / Times, reading / Times, "ms", "ratio <= 0.25"),
            new Measurement(
                "the statements alone, without what sets the limits and reads the facts", sampleAlone / Times, readingAlone / Times, "ms",
                "pg_stat_get_activity() alone is 0.26 of activity"),
        ];

        async Task ReadAsync(string word, Action<double, double> add)
        {
            add(
                await ScalarAsync<double>(connection, Ours, cancellationToken),
                await ScalarAsync<double>(connection, $"{Ours} AND query LIKE '%{word}%'", cancellationToken));
            await ExecuteAsync(connection, "SELECT pg_stat_statements_reset()", cancellationToken);
        }
    }

    private static async Task<Measurement> AverageAsync(
        LocalServer server, string name, string sql, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var busy = Enumerable.Range(0, 4).Select(seed => WorkAsync(server, sql, new Random(seed), stop.Token)).ToList();
        await using var collector = Collector(server);
        await using var connection = await OpenAsync(server, cancellationToken);
        var first = await CollectAsync(collector, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var (samples, sum) = (0, 0L);
        var sampling = Task.Run(
            async () =>
            {
                while (Stopwatch.GetElapsedTime(began) < Observed)
                {
                    await Task.Delay(1000, cancellationToken);
                    await collector.SampleAsync(cancellationToken);
                }
            },
            cancellationToken);
        while (Stopwatch.GetElapsedTime(began) < Observed)
        {
            await Task.Delay(100, cancellationToken);
            samples++;
            sum += await ScalarAsync<long>(
                connection,
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' "
                    + "AND pid <> pg_backend_pid() AND application_name <> 'metrics-collector'",
                cancellationToken);
        }

        await sampling;
        var last = await CollectAsync(collector, cancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(busy);
        var active = last.Snapshots.Single(snapshot => snapshot.Metric == "load").Rows
            .Where(row => row.Labels["backend_type"] == "client backend" && row.Labels["queryid"] != QueryId(connection))
            .Sum(row => row.Readings[0]!.Value);
        return new Measurement(
            $"average active sessions, {name}, {Observed.TotalMinutes} minutes, against samples each 100 ms",
            active / (last.StartedAt - first.StartedAt).TotalSeconds, sum / (double)samples, "sessions", "ratio 0.95 to 1.05");
    }

    // The statement that takes the reference's samples is none of the workload.
    private static string QueryId(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            "SELECT coalesce(min(queryid::text), '') FROM pg_stat_statements WHERE query LIKE '%application_name <> %'", connection);
        return (string)command.ExecuteScalar()!;
    }

    private static async Task WorkAsync(LocalServer server, string sql, Random random, CancellationToken stop)
    {
        try
        {
            await using var connection = await OpenAsync(server, stop);
            while (!stop.IsCancellationRequested)
            {
                await ExecuteAsync(connection, sql, stop);
                await Task.Delay(random.Next(100), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private static async Task RepeatAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        try
        {
            await ExecuteAsync(connection, sql, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private static Task<CollectionRun> CollectAsync(TargetCollector collector, CancellationToken cancellationToken) =>
        collector.CollectNowAsync(["load"], store: true, cancellationToken);

    private static TargetCollector Collector(LocalServer server) => new(
        new Target("bench", new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = "monitor", Password = "monitor" }),
        MetricCatalog.Load(), new CollectionOptions(), new Nowhere(), TimeProvider.System, NullLogger.Instance);

    private static async Task<NpgsqlConnection> OpenAsync(LocalServer server, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private sealed class Nowhere : ISnapshotWriter
    {
        public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
