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
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Waits until so many targets answer.</summary>
    public async Task ReadyAsync(int targets, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if ((await StatusAsync(cancellationToken)).GetProperty("targets").GetProperty("up").GetInt32() >= targets)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It has not started yet.
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Watches for some time.</summary>
    /// <param name="phase">What is watched, for the table.</param>
    /// <param name="length">For how long, after half a minute in which it settles.</param>
    /// <param name="alive">How many targets answer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<Measurement>> WatchAsync(string phase, TimeSpan length, int alive, CancellationToken cancellationToken)
    {
        // As long as it takes until the latest ten thousand passes are all of this phase.
        await Task.Delay(TimeSpan.FromSeconds(30) < length ? TimeSpan.FromSeconds(110) : TimeSpan.FromSeconds(15), cancellationToken);
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
            memory.Add(Memory());
            connections.Add(await ConnectionsAsync(cancellationToken));
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var after = status.GetProperty("collection");
        var (punctual, timed) = await PunctualAsync(cancellationToken);
        var passes = after.GetProperty("passes").GetInt64() - before.GetProperty("passes").GetInt64();
        var third = Math.Max(1, memory.Count / 3);
        return
        [
            Row("passes per second", passes / seconds, "passes/s", "100"),
            Row("passes that began within 500 ms of their tick", (punctual - punctualBefore) / (timed - timedBefore) * 100, "%", ">= 99"),
            Row("lateness, median", lateness[^1].P50, "ms", string.Empty),
            Row("lateness, 99 % of passes, the worst hundred seconds", lateness.Max(late => late.P99), "ms", string.Empty),
            Row("lateness, the latest pass of all", lateness.Max(late => late.Max), "ms", string.Empty),
            Row("skipped ticks of all targets", after.GetProperty("skippedTicks").GetInt64() - before.GetProperty("skippedTicks").GetInt64(), "ticks", "0 of those that answer"),
            Row("targets up", status.GetProperty("targets").GetProperty("up").GetInt32(), "targets", alive.ToString(CultureInfo.InvariantCulture)),
            Row("CPU of the service", (ProcessCpu.Of(process.Id) - cpu) / seconds * 100, "% of a core", string.Empty),
            Row("memory at most (resident)", memory.Max(), "MB", "<= 300"),
            new Measurement($"{phase}: memory, last third against first", memory[^third..].Average(), memory[..third].Average(), "MB", "flat"),
            Row("connections at most", connections.Max(), "connections", $"{alive} and few more"),
            Row("CPU of the watched servers, per pass", (servers.Sum(ProcessCpu.Of) - serverCpu) / passes * 1000, "ms", string.Empty),
            Row("CPU of the store", (ProcessCpu.Of(store) - storeCpu) / seconds * 100, "% of a core", string.Empty),
            Row("passes dropped", status.GetProperty("store").GetProperty("droppedPasses").GetInt64(), "passes", "0"),
        ];

        Measurement Row(string what, double value, string unit, string goal) => new($"{phase}: {what}", value, null, unit, goal);
    }

    private Task<JsonElement> StatusAsync(CancellationToken cancellationToken) => client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), cancellationToken);

    // The service's own histogram has every pass over a target that answered; status has the latest ten thousand.
    private async Task<(double Punctual, double Timed)> PunctualAsync(CancellationToken cancellationToken)
    {
        var lines = (await client.GetStringAsync(new Uri("/metrics?own=only", UriKind.Relative), cancellationToken)).Split('\n');
        return (Value("metrics_collector_pass_lateness_seconds_bucket{le=\"0.5\"}"), Value("metrics_collector_pass_lateness_seconds_count"));

        double Value(string name) => double.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private async Task<long> ConnectionsAsync(CancellationToken cancellationToken)
    {
        var sum = 0L;
        foreach (var server in servers)
        {
            await using var connection = new NpgsqlConnection(server.ConnectionString());
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'metrics-collector'", connection);
            sum += (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        return sum;
    }

    // Linux says all of it in /proc.
    private double Memory()
    {
        var line = File.ReadLines($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
