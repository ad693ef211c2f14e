using System.CommandLine;

namespace MetricsCollector.Commands;

/// <summary><c>serve</c>: the service.</summary>
internal static class ServeCommand
{
    public static Command Create(Func<HostSettings, WebApplication> build, StopSignals signals)
    {
        var command = new Command("serve", "Run the service (the default).");
        Run(command, build, signals);
        return command;
    }

    /// <summary>Makes a command be the service.</summary>
    public static void Run(Command command, Func<HostSettings, WebApplication> build, StopSignals signals)
    {
        SettingArguments.AddTo(command);
        command.SetAction((result, _) => ServiceRun.RunAsync(
            signals, (run, cancellationToken) => ServeAsync(SettingArguments.ToHost(result), build, run, cancellationToken)));
    }

    private static async Task ServeAsync(
        HostSettings settings, Func<HostSettings, WebApplication> build, ServiceRun run, CancellationToken cancellationToken)
    {
        await using var app = build(settings);
        await run.StartAsync(app, cancellationToken);
        await run.WaitForStopAsync(app);
    }
}
