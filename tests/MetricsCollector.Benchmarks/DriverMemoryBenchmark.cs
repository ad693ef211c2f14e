using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Benchmarks;

/// <summary>
/// What sharing Npgsql's tables among targets saves: the service with <c>METRICS_COLLECTOR_SHARED_DRIVER_TABLES=0</c> against the same
/// with it, one after the other over the same servers. Numbers of targets: DRIVER_MEMORY_TARGETS, default 100,1000.
/// </summary>
internal sealed class DriverMemoryBenchmark : IBenchmark
{
    private const int MostPerServer = 100;

    // After all have answered; the heap has been collected several times by then.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public string Name => "driver-memory";

    public string Summary => "resident memory with the tables of Npgsql shared among targets, against each its own";

    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        var counts = (Environment.GetEnvironmentVariable("DRIVER_MEMORY_TARGETS") ?? "100,1000")
            .Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToList();
        var settings = new Dictionary<string, string> { ["max_connections"] = "140", ["shared_buffers"] = "16MB" };
        var servers = new List<LocalServer>();
        var directory = Directory.CreateTempSubdirectory("metrics-collector-driver-memory-");
        try
        {
            for (var i = 0; i < (counts.Max() + MostPerServer - 1) / MostPerServer; i++)
            {
                servers.Add(await LocalServer.StartAsync(new LocalServerOptions { Settings = settings }, cancellationToken));
            }

            var rows = new List<Measurement>();
            foreach (var count in counts)
            {
                var shared = await ResidentAsync(directory.FullName, servers, count, shared: true, cancellationToken);
                var own = await ResidentAsync(directory.FullName, servers, count, shared: false, cancellationToken);
                rows.Add(new Measurement($"{count} targets: resident memory, median of the last minute", shared, own, "MB", "<= 0.85"));
            }

            return rows;
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }

            directory.Delete(recursive: true);
        }
    }

    private static async Task<double> ResidentAsync(
        string directory, List<LocalServer> servers, int targets, bool shared, CancellationToken cancellationToken)
    {
        var place = Directory.CreateDirectory(Path.Combine(directory, $"{targets}-{shared}")).FullName;
        var file = Path.Combine(place, "settings.json");
        await File.WriteAllTextAsync(file, Settings(servers, targets), cancellationToken);
        var environment = new Dictionary<string, string> { ["METRICS_COLLECTOR_SHARED_DRIVER_TABLES"] = shared ? "1" : "0" };
        using var process = ServiceProcess.Start(place, file, environment, out var url);
        using var client = new HttpClient { BaseAddress = url };
        try
        {
            while (!await AllAnsweredAsync(client, targets, cancellationToken))
            {
                await Task.Delay(Pause, cancellationToken);
            }

            var memory = new List<double>();
            for (var waited = TimeSpan.Zero; waited < Settled; waited += Pause)
            {
                await Task.Delay(Pause, cancellationToken);
                process.Refresh();
                memory.Add(process.WorkingSet64 / 1024.0 / 1024);
            }

            return memory.Order().ElementAt(memory.Count / 2);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> AllAnsweredAsync(HttpClient client, int targets, CancellationToken cancellationToken)
    {
        try
        {
            var status = await client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), cancellationToken);
            return status.GetProperty("targets").GetProperty("up").GetInt32() >= targets;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    private static string Settings(List<LocalServer> servers, int targets) => JsonSerializer.Serialize(new
    {
        Targets = Enumerable.Range(0, targets).Select(i => new
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"target-{i:0000}"),
            ConnectionString = servers[i % servers.Count].ConnectionString(),
            Preset = "minimal",
            Intervals = new Dictionary<string, string> { ["*"] = "10s" },
        }),
    });
}
