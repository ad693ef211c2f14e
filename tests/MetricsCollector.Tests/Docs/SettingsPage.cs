using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MetricsCollector.Commands;

namespace MetricsCollector.Tests.Docs;

/// <summary>
/// <c>docs/settings.md</c> as the program would write it: names and defaults from the options classes, ranges and meanings from their XML
/// docs, groups from <c>serve --help</c>, which also says what .NET's own settings mean.
/// </summary>
internal static partial class SettingsPage
{
    /// <summary>The file.</summary>
    public static readonly string Path = System.IO.Path.Combine(Repository.Root, "docs", "settings.md");

    private const string Intro =
        """
        # Settings

        This page is generated from the options classes; [CONTRIBUTING.md](../CONTRIBUTING.md#settings) says how.

        Settings come from these places, later ones winning:

        1. `appsettings.json` beside the program, then in the working directory
        2. the file that `Settings:File` names
        3. .NET user secrets
        4. environment variables: `Collection__Interval=30s`
        5. the directory that `Secrets:Directory` names, one file per setting
        6. the command line: `--Collection:Interval=30s`

        In names, `N` is a number from 0 and `NAME` any name or glob. Durations are `100ms`, `15s`, `1m`, `2h`, `30d`. An empty value is one
        that is not set. Errors, unknown names included, are reported together, each with what to write.
        [Some settings take effect while the service runs](operators.md#settings-that-change-while-it-runs).

        """;

    private const string TableHead = "| setting | default | range | meaning |\n|---|---|---|---|\n";

    private static readonly Dictionary<string, XElement> Docs =
        XDocument.Load(System.IO.Path.ChangeExtension(typeof(SettingsHelp).Assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!, StringComparer.Ordinal);

    /// <summary>Every setting of our own, with the range that its documentation states; null where it states none.</summary>
    public static IEnumerable<(string Name, PropertyInfo Property, string? Range)> Ranges =>
        CollectorSettings.Schema.Settings.Select(setting => (setting.Name, setting.Property!, Describe(setting.Property!)?.Range));

    /// <summary>The text of the page.</summary>
    public static string Text()
    {
        var text = new StringBuilder(Intro.ReplaceLineEndings("\n"));
        foreach (var (name, meaning) in SettingsHelp.Lines)
        {
            text.Append(meaning.Length == 0 ? $"\n## {name}\n\n{TableHead}" : Row(name, meaning));
        }

        return text.ToString();
    }

    private static string Row(string name, string help)
    {
        var (_, value, property) = CollectorSettings.Schema.Settings.FirstOrDefault(setting => setting.Name == name);
        var description = property is null ? null : Describe(property);
        var parts = help.Split("; default: ");
        var (meaning, worded, range) = description ?? (Sentence(parts[0]), parts.ElementAtOrDefault(1), null);
        value ??= SettingsHelp.DefaultsOfHost.GetValueOrDefault(name);

        // What the machine decides is told in words.
        var byMachine = value == Environment.MachineName;
        var isRequired = worded?.StartsWith("required", StringComparison.Ordinal) == true;
        var shown = value is null || byMachine || isRequired ? worded ?? "none" : $"`{value}`";
        return $"| `{name}` | {shown} | {range} | {meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n";
    }

    /// <summary>
    /// Takes the sentence of the default out of a property's documentation: <c>Default 10 s, 100 ms to 5 minutes.</c>, <c>Default: the
    /// preset.</c> or <c>Required.</c>; what follows its first comma is the range.
    /// </summary>
    private static (string Meaning, string? Default, string? Range)? Describe(PropertyInfo property)
    {
        if (!Docs.TryGetValue($"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}", out var summary))
        {
            return null;
        }

        var text = Spaces().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim();
        var sentences = text.TrimEnd('.').Split(". ");
        var found = sentences.FirstOrDefault(one => DefaultStart().IsMatch(one));
        var meaning = string.Join(". ", sentences.Where(one => one != found)) + ".";
        if (found is null || found.StartsWith("Required", StringComparison.Ordinal))
        {
            return (meaning, found is null ? null : "r" + found[1..], null);
        }

        var parts = DefaultStart().Replace(found, string.Empty).Split(", ", 2);
        return (meaning, parts[0], parts.ElementAtOrDefault(1));
    }

    private static string Markdown(XNode node) => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } reference => $"`{reference.Attribute("cref")!.Value.Split('.')[^1]}`",
        XText text => text.Value,
        _ => throw new InvalidOperationException($"The page cannot show {node}; write <c> or <see>."),
    };

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + ".";

    [GeneratedRegex("^(Default:? |Required)")]
    private static partial Regex DefaultStart();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
