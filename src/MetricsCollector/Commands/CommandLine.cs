using System.CommandLine;
using MetricsCollector.Commands.Demo;

namespace MetricsCollector.Commands;

/// <summary>The commands of <c>metrics-collector</c>.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments say; without a command, the service.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="build">Makes the service.</param>
    /// <returns>The exit code: 0 when it ended as asked.</returns>
    public static Task<int> RunAsync(string[] arguments, Func<HostSettings, WebApplication> build)
    {
        var root = new RootCommand("Watches PostgreSQL servers from the inside and gives what it collected back over HTTP.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        var serve = new Command("serve", "Run the service (the default). Settings follow as --Section:Name=value.") { TreatUnmatchedTokensAsErrors = false };
        root.SetAction((result, cancellationToken) => ServeCommand.RunAsync(result, build, cancellationToken));
        serve.SetAction((result, cancellationToken) => ServeCommand.RunAsync(result, build, cancellationToken));
        root.Subcommands.Add(serve);
        root.Subcommands.Add(DemoCommand.Create(build));
        root.Subcommands.Add(CheckCommand.Create(build));
        root.Subcommands.Add(CollectCommand.Create(build));
        root.Subcommands.Add(MaintainCommand.Create(build));
        root.Subcommands.Add(SchemaCommand.Create(build));
        root.Subcommands.Add(HealthCommand.Create());

        // The host ends the program on Ctrl+C and SIGTERM, and takes the time it needs.
        return root.Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}
