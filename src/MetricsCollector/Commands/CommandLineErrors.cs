using System.CommandLine;
using System.Text.RegularExpressions;
using MetricsCollector.Configuration;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Commands;

/// <summary>Finds what is wrong with a command line, before anything runs. Values are never repeated: they may hold passwords.</summary>
internal static partial class CommandLineErrors
{
    /// <summary>One sentence for each error, and a last one that says where the options are listed; empty when all is well.</summary>
    public static IReadOnlyList<string> Of(ParseResult result)
    {
        var command = result.CommandResult.Command;
        List<string> errors = [.. result.Errors.Select(error => error.Message), .. OfSettings(SettingArguments.Of(result), command)];
        return errors.Count == 0 ? [] : [.. errors, $"Run {Called(command)} --help for a list."];
    }

    // Reads the words as the provider of the settings does: --name=value, --name value, /name=value or name=value.
    private static IEnumerable<string> OfSettings(IReadOnlyList<string> words, Command command)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var (prefix, name, hasValue) = Split(words[i]);
            if (prefix.Length == 0 && !hasValue)
            {
                yield return OfWord(words[i], command);
            }
            else if (prefix == "-" || !(KnownSettings.Contains(name) || (words[i].EndsWith('=') && KnownSettings.IsSection(name))))
            {
                yield return OfName(prefix + name, name, command);
                i += !hasValue && i + 1 < words.Count && !words[i + 1].StartsWith('-') ? 1 : 0;
            }
            else if (!hasValue && (++i == words.Count || words[i].StartsWith("--", StringComparison.Ordinal)))
            {
                yield return $"The setting '{prefix}{name}' has no value; write --{name}=value.";
                i--;
            }
        }
    }

    private static (string Prefix, string Name, bool HasValue) Split(string word)
    {
        var prefix = word.StartsWith("--", StringComparison.Ordinal) ? "--" : word is ['-' or '/', ..] ? word[..1] : string.Empty;
        var end = word.IndexOf('=', StringComparison.Ordinal);
        return (prefix, end < 0 ? word[prefix.Length..] : word[prefix.Length..Math.Max(end, prefix.Length)], end >= 0);
    }

    private static string OfWord(string word, Command command)
    {
        if (!PlainWord().IsMatch(word))
        {
            return "There is an argument that is neither a command nor a setting; settings are written as --Section:Name=value.";
        }

        return command is RootCommand
            ? $"'{word}' is not a command{NameSuggestions.Suggestion(word, command.Subcommands.Select(each => each.Name))}"
                + $"the commands are {List(command.Subcommands)}."
            : $"'{word}' is not expected here; settings are written as --Section:Name=value.";
    }

    private static string OfName(string written, string name, Command command)
    {
        var colons = name.Replace("__", ":", StringComparison.Ordinal);
        if (colons != name && KnownSettings.Contains(colons))
        {
            return $"'{written}' is how an environment variable is written; on the command line write --{colons}=value.";
        }

        var options = command.Options.Select(option => option.Name).Concat(KnownSettings.Near(name).Select(setting => "--" + setting));
        var shown = LongName().IsMatch(written) ? written : Excerpt.Of(written, 60);
        return $"'{shown}' is neither an option of {Called(command)} nor a setting{NameSuggestions.Suggestion("--" + name, options)}"
            .TrimEnd(' ', ';')
            + (written.StartsWith("--", StringComparison.Ordinal) ? string.Empty : ". Names begin with --.");
    }

    private static string Called(Command command) =>
        command is RootCommand ? command.Name : $"{command.Parents.First().Name} {command.Name}";

    private static string List(IEnumerable<Command> commands) => string.Join(", ", commands.Select(command => command.Name));

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,30}$")]
    private static partial Regex PlainWord();

    [GeneratedRegex("^.{1,80}$")]
    private static partial Regex LongName();
}
