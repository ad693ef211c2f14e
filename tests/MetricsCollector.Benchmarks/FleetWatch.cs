using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;
using Npgsql;

namespace MetricsCollector.Benchmarks;

/// <summary>Watches a running service and what it costs.</summary>
internal sealed class FleetWatch(Process process, HttpClient client, LocalServer store, IReadOnlyList<LocalServer> servers)
{
    private const string Punctual = "collections that began within 500 ms of their tick";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // Made as soon as the process has started.
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Watches from the start of the process until so many targets have answered.</summary>
    public async Task<IReadOnlyList<Measurement>> StartAsync(int targets, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var status = await StatusAsync(cancellationToken);
                if (status.GetProperty("targets").GetProperty("up").GetInt32() >= targets)
                {
                    var (punctual, timed) = await PunctualAsync(cancellationToken);
                    return
                    [
                        Row("start", "until all have answered", Stopwatch.GetElapsedTime(_started).TotalSeconds, "s", string.Empty),
                        Row("start", Punctual, punctual / timed * 100, "%", string.Empty),
                        Row(
                            "start", "skipped ticks of all targets",
                            status.GetProperty("collection").GetProperty("skippedTicks").GetInt64(), "ticks", "0"),
                        Row("start", "memory at most (resident)", Memory("VmHWM:"), "MB", "<= 300"),
                    ];
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Watches for some time.</summary>
    /// <param name="phase">What is watched, for the table.</param>
    /// <param name="length">For how long.</param>
    /// <param name="alive">How many targets answer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<Measurement>> WatchAsync(string phase, TimeSpan length, int alive, CancellationToken cancellationToken)
    {
        var memory = new List<double>();
        var lateness = new List<(double P50, double P99, double Max)>();
        var connections = new List<double>();
        var began = Stopwatch.GetTimestamp();
        var cpu = ProcessCpu.Of(process.Id);
        var serverCpu = servers.Sum(ProcessCpu.Of);
        var storeCpu = ProcessCpu.Of(store);
        var before = (await StatusAsync(cancellationToken)).GetProperty("collection");
        var (punctualBefore, timedBefore) = await PunctualAsync(cancellationToken);
        JsonElement status = default;
        while (Stopwatch.GetElapsedTime(began) < length)
        {
            await Task.Delay(Pause, cancellationToken);
            status = await StatusAsync(cancellationToken);
            var late = status.GetProperty("collection").GetProperty("latenessMs");
            lateness.Add((late.GetProperty("p50").GetDouble(), late.GetProperty("p99").GetDouble(), late.GetProperty("max").GetDouble()));
            memory.Add(Memory("VmRSS:"));
            connections.Add(await ConnectionsAsync(cancellationToken));
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var after = status.GetProperty("collection");
        var (punctual, timed) = await PunctualAsync(cancellationToken);
        var collections = after.GetProperty("passes").GetInt64() - before.GetProperty("passes").GetInt64();
        var third = Math.Max(1, memory.Count / 3);
        return
        [
            Row(phase, "collections per second", collections / seconds, "passes/s", "100"),
            Row(phase, Punctual, (punctual - punctualBefore) / (timed - timedBefore) * 100, "%", ">= 99"),
            Row(phase, "lateness, median", lateness[^1].P50, "ms", string.Empty),
            Row(phase, "lateness, 99 % of collections, the worst hundred seconds", lateness.Max(late => late.P99), "ms", string.Empty),
            Row(phase, "lateness, the latest collection of all", lateness.Max(late => late.Max), "ms", string.Empty),
            Row(
                phase, "skipped ticks of all targets",
                after.GetProperty("skippedTicks").GetInt64() - before.GetProperty("skippedTicks").GetInt64(), "ticks",
                "0 of those that answer"),
            Row(
                phase, "targets up", status.GetProperty("targets").GetProperty("up").GetInt32(), "targets",
                alive.ToString(CultureInfo.InvariantCulture)),
            Row(phase, "CPU of the service", (ProcessCpu.Of(process.Id) - cpu) / seconds * 100, "% of a core", string.Empty),
            Row(phase, "memory at most (resident)", memory.Max(), "MB", "<= 300"),
            new Measurement(
                $"{phase}: memory, last third against the one before", memory.TakeLast(third).Average(),
                memory.TakeLast(2 * third).Take(third).Average(), "MB", "flat"),
            Row(phase, "connections at most", connections.Max(), "connections", $"{alive} and few more"),
            Row(
                phase, "CPU of the watched servers, per pass", (servers.Sum(ProcessCpu.Of) - serverCpu) / collections * 1000, "ms",
                string.Empty),
            Row(phase, "CPU of the store", (ProcessCpu.Of(store) - storeCpu) / seconds * 100, "% of a core", string.Empty),
            Row(phase, "collections dropped", status.GetProperty("store").GetProperty("droppedPasses").GetInt64(), "passes", "0"),
        ];
    }

    private static Measurement Row(string phase, string what, double value, string unit, string goal) =>
        new($"{phase}: {what}", value, null, unit, goal);

    private Task<JsonElement> StatusAsync(CancellationToken cancellationToken) =>
        client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), cancellationToken);

    // The service's own histogram has every collection of a target that answered; status has the latest ten thousand.
    private async Task<(double Punctual, double Timed)> PunctualAsync(CancellationToken cancellationToken)
    {
        var lines = (await client.GetStringAsync(new Uri("/metrics?own=only", UriKind.Relative), cancellationToken)).Split('\n');
        return (Value("metrics_collector_pass_lateness_seconds_bucket{le=\"0.5\"}"), Value(
            "metrics_collector_pass_lateness_seconds_count"));

        double Value(string name) =>
            double.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private async Task<long> ConnectionsAsync(CancellationToken cancellationToken)
    {
        var sum = 0L;
        foreach (var server in servers)
        {
            await using var connection = new NpgsqlConnection(server.ConnectionString());
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'metrics-collector'", connection);
            sum += (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        return sum;
    }

    // Linux says all of it in /proc.
    private double Memory(string what)
    {
        var line = File.ReadLines($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/status").First(text => text.StartsWith(
            what, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
