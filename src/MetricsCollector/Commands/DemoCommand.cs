using System.CommandLine;
using MetricsCollector.Commands.Demo;

namespace MetricsCollector.Commands;

/// <summary><c>demo</c>: a private PostgreSQL with a small live workload, watched. Needs no PostgreSQL, no Docker and no setting.</summary>
internal static class DemoCommand
{
    public static Command Create(Func<HostSettings, WebApplication> build, StopSignals signals)
    {
        var keep = new Option<bool>("--keep") { Description = "Leave the server's files behind when the demo ends." };
        var command = new Command("demo", "Start a private PostgreSQL with a small live workload and watch it.") { keep };
        SettingArguments.AddTo(command);
        command.SetAction((result, _) => ServiceRun.RunAsync(
            signals,
            (run, cancellationToken) => RunAsync(SettingArguments.ToHost(result), result.GetValue(keep), build, run, cancellationToken)));
        return command;
    }

    private static async Task RunAsync(
        HostSettings settings, bool keep, Func<HostSettings, WebApplication> build, ServiceRun run, CancellationToken cancellationToken)
    {
        Console.WriteLine("Starting a private PostgreSQL...");
        await using var server = await DemoServer.StartAsync(keep, cancellationToken);
        await using (var app = build(Settings(settings, server)))
        {
            await run.StartAsync(app, cancellationToken);
            Console.WriteLine(DemoText.Of(server, app.Urls.FirstOrDefault() ?? "http://localhost:5080"));
            await run.WaitForStopAsync(app);
        }

        Console.WriteLine(keep ? $"The server's files stay in {server.DataDirectory}" : "The demo's server and its files are removed.");
    }

    private static HostSettings Settings(HostSettings settings, DemoServer server) => settings with
    {
        Overrides = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Store"] = server.Store,
            // The store is thrown away: it must not be given what waits for another.
            ["Storage:Spool:MaxBytes"] = "0",
            ["Targets:0:Name"] = "demo",
            ["Targets:0:ConnectionString"] = server.Watched,
            ["Targets:0:Labels:env"] = "demo",
            ["Collection:Interval"] = "4s",
        },
        Services = services => services.AddSingleton(server).AddHostedService<DemoWorkload>(),
    };
}
