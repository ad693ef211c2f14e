using System.CommandLine;

namespace MetricsCollector.Commands;

/// <summary>
/// Settings on the command line, such as <c>--Collection:Interval=20s</c>: what a command line holds besides the command's own options.
/// </summary>
internal static class SettingArguments
{
    /// <summary>Lets a command take settings.</summary>
    public static Argument<string[]> AddTo(Command command)
    {
        var settings = new Argument<string[]>("settings")
        {
            Arity = ArgumentArity.ZeroOrMore,
            // CommandHelp says more of them than a usage line could.
            Hidden = true,
        };
        command.Arguments.Add(settings);
        return settings;
    }

    /// <summary>Those of a command line, as they were written.</summary>
    public static IReadOnlyList<string> Of(ParseResult result) =>
        [.. result.CommandResult.Command.Parents.OfType<Command>().Append(result.CommandResult.Command)
            .SelectMany(command => command.Arguments.OfType<Argument<string[]>>()).SelectMany(argument => result.GetValue(argument) ?? [])];

    /// <summary>What the host takes.</summary>
    public static HostSettings ToHost(ParseResult result) => new([.. Of(result)]);
}
