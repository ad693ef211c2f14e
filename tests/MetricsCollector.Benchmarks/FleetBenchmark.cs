using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Benchmarks;

/// <summary>
/// A thousand targets every ten seconds: ten local servers, each listed a hundred times, and the service as a process of its own. Then a
/// hundred of them become dead or silent, by a change of the settings. Watched without a pause: what the start and the change cost counts.
/// Minutes of each half: FLEET_MINUTES, default 10.
/// </summary>
internal sealed class FleetBenchmark : IBenchmark
{
    // All on this machine: the more often one is listed, the more sessions it has to tell of, and the more it works for each collection.
    private const int Servers = 10;
    private const int Targets = 1000;
    private const int Broken = 100;

    public string Name => "fleet";

    public string Summary =>
        "a thousand targets every ten seconds, then with a hundred dead or silent: lateness, CPU, memory, connections, server cost";

    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromMinutes(
            double.Parse(Environment.GetEnvironmentVariable("FLEET_MINUTES") ?? "10", CultureInfo.InvariantCulture));
        await using var store = await LocalServer.StartAsync(new LocalServerOptions(), cancellationToken);
        var servers = new List<LocalServer>();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(1000);
        var directory = Directory.CreateTempSubdirectory("metrics-collector-fleet-");
        try
        {
            for (var i = 0; i < Servers; i++)
            {
                servers.Add(await LocalServer.StartAsync(
                    new LocalServerOptions
                    {
                        Settings = new Dictionary<string, string> { ["max_connections"] = "140", ["shared_buffers"] = "16MB" },
                    },
                    cancellationToken));
            }

            var file = Path.Combine(directory.FullName, "settings.json");
            var port = ((IPEndPoint)silent.LocalEndpoint).Port;
            await WriteAsync(file, Settings(store, servers, _ => null), cancellationToken);
            using var process = ServiceProcess.Start(directory.FullName, file, new Dictionary<string, string>(), out var url);
            using var client = new HttpClient { BaseAddress = url };
            try
            {
                var fleet = new FleetWatch(process, client, store, servers);
                var rows = new List<Measurement>(await fleet.StartAsync(Targets, cancellationToken));
                rows.AddRange(await fleet.WatchAsync("all well", length, Targets, cancellationToken));
                await WriteAsync(
                    file,
                    Settings(
                        store, servers,
                        i => i >= Broken
                            ? null
                            : $"Host=127.0.0.1;Port={(i % 2 == 0 ? port : 1).ToString(CultureInfo.InvariantCulture)};Username=monitor"),
                    cancellationToken);
                rows.AddRange(await fleet.WatchAsync("100 dead or silent", length, Targets - Broken, cancellationToken));
                return rows;
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
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

    private static string Settings(LocalServer store, List<LocalServer> servers, Func<int, string?> broken) => JsonSerializer.Serialize(new
    {
        ConnectionStrings = new { Store = store.ConnectionString() },
        Targets = Enumerable.Range(0, Targets).Select(i => new
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"target-{i:0000}"),
            ConnectionString = broken(i) ?? servers[i % Servers].ConnectionString(),
            Preset = "minimal",
            Intervals = new Dictionary<string, string> { ["*"] = "10s" },
        }),
    });

    private static async Task WriteAsync(string file, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(file + ".new", text, cancellationToken);
        File.Move(file + ".new", file, overwrite: true);
    }
}
