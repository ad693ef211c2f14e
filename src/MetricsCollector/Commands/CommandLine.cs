using System.CommandLine;
using System.CommandLine.Help;

namespace MetricsCollector.Commands;

/// <summary>The commands of <c>metrics-collector</c>.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments say; without a command, the service.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="build">Makes the service.</param>
    /// <returns>The exit code: 0 when it ended as asked.</returns>
    public static async Task<int> RunAsync(string[] arguments, Func<HostSettings, WebApplication> build)
    {
        using var signals = new StopSignals();
        signals.Listen();
        var result = Parse(arguments, build, signals);
        var errors = result.Action is CommandHelp ? [] : CommandLineErrors.Of(result);
        if (errors.Count > 0)
        {
            foreach (var error in errors)
            {
                await Console.Error.WriteLineAsync(error);
            }

            return ExitCode.Usage;
        }

        if (result.CommandResult.Command is not (RootCommand or { Name: "serve" or "demo" or "activity" }))
        {
            signals.Release();
        }

        // The host ends the program on Ctrl+C and SIGTERM, and takes the time it needs.
        return await result.InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    /// <summary>Reads a command line.</summary>
    public static ParseResult Parse(string[] arguments, Func<HostSettings, WebApplication> build, StopSignals signals) =>
        // A word that begins with @ would name a file of further arguments; passwords may begin so too.
        Create(build, signals).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static RootCommand Create(Func<HostSettings, WebApplication> build, StopSignals signals)
    {
        var root = new RootCommand(
            "Watches PostgreSQL servers from the inside and serves what it collected over HTTP. Without a command it is the service.");
        root.Subcommands.Add(ServeCommand.Create(build, signals));
        root.Subcommands.Add(DemoCommand.Create(build, signals));
        root.Subcommands.Add(CheckCommand.Create(build));
        root.Subcommands.Add(CollectCommand.Create(build));
        root.Subcommands.Add(ActivityCommand.Create(build, signals));
        root.Subcommands.Add(TopCommand.Create(build));
        root.Subcommands.Add(MaintainCommand.Create(build));
        root.Subcommands.Add(SchemaCommand.Create(build));
        root.Subcommands.Add(HealthCommand.Create());
        ServeCommand.Run(root, build, signals);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new CommandHelp((HelpAction)help.Action!);
        return root;
    }
}
