using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MetricsCollector.Commands;

/// <summary><c>--help</c>: the usage, and for the service its settings.</summary>
internal sealed class CommandHelp(HelpAction usage) : SynchronousCommandLineAction
{
    private const string Settings = "Settings may follow as --Section:Name=value; metrics-collector serve --help lists them.";

    private const string ExitCodes =
        """
        Exit codes:
          0   ended as asked
          1   cannot start, or a check found something
          2   wrong command line
          70  ended by an internal error

        """;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        usage.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(parseResult.CommandResult.Command switch
        {
            { Name: "serve" } => SettingsHelp.Text,
            _ => ExitCodes + Environment.NewLine + Settings,
        });
        return ExitCode.Success;
    }
}
