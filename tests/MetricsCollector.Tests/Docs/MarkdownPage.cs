using System.Text;
using System.Text.RegularExpressions;

namespace MetricsCollector.Tests.Docs;

/// <summary>A Markdown file of the repository: its links, and the names that GitHub gives to its headings.</summary>
internal sealed partial class MarkdownPage
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "artifacts", ".git"];

    private MarkdownPage(string path)
    {
        Path = path;
        var prose = Fence().Replace(File.ReadAllText(path), string.Empty);
        Links = [.. Link().Matches(Code().Replace(prose, string.Empty)).Select(match => match.Groups["to"].Value)];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        Anchors = Heading().Matches(prose).Select(match => Anchor(match.Groups["text"].Value, seen)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Every page.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } = [.. Find(Repository.Root).Select(path => new MarkdownPage(path))];

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What its links lead to, as written.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>The fragments under which its headings are found.</summary>
    public IReadOnlySet<string> Anchors { get; }

    private static IEnumerable<string> Find(string directory) =>
        Directory.EnumerateFiles(directory, "*.md").Concat(
            Directory.EnumerateDirectories(directory).Where(one => !NotOurs.Contains(System.IO.Path.GetFileName(one))).SelectMany(Find));

    private static string Anchor(string heading, Dictionary<string, int> seen)
    {
        var text = new StringBuilder();
        foreach (var letter in LinkText().Replace(heading, "${text}").ToLowerInvariant())
        {
            text.Append(letter == ' ' ? "-" : char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter.ToString() : string.Empty);
        }

        var anchor = text.ToString();
        seen[anchor] = seen.TryGetValue(anchor, out var before) ? before + 1 : 0;
        return seen[anchor] == 0 ? anchor : $"{anchor}-{seen[anchor]}";
    }

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"^#{1,6} +(?<text>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
