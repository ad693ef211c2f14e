using System.Reflection;
using System.Text.RegularExpressions;
using MetricsCollector.Commands;
using Microsoft.Extensions.Logging;

namespace MetricsCollector.Tests.Docs;

/// <summary>The lines of the log in <c>docs/operators.md</c> are lines that the program writes.</summary>
[Trait("PostgreSQL", "any")]
public sealed partial class LogLinesTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operators.md"));

    private const BindingFlags Declared = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly IReadOnlyList<string> Messages =
    [
        .. typeof(CommandLine).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Declared))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.Message)
            .OfType<string>(),
    ];

    public static TheoryData<string> Lines
    {
        get
        {
            var section = Page[Page.IndexOf("## What the log says", StringComparison.Ordinal)..];
            section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];
            var cells = section.Split('\n')
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => line.Split(" | ")[0]);
            return [.. cells.SelectMany(cell => Code().Matches(cell)).Select(match => match.Groups["line"].Value)];
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_is_one_that_the_program_writes(string line)
    {
        // Words in capitals stand for what is filled in; the page may end a line early.
        var pattern = new Regex("^" + Filled().Replace(Regex.Escape(line.Replace("...", "REST", StringComparison.Ordinal)), ".+"));
        Assert.True(
            Messages.Any(message => pattern.IsMatch(Placeholder().Replace(message, "_"))),
            $"docs/operators.md has a line that the program does not write: {line}");
    }

    [Fact]
    public void The_page_has_lines() => Assert.InRange(Lines.Count, 20, 60);

    [GeneratedRegex("`(?<line>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b[A-Z]+\b")]
    private static partial Regex Filled();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();
}
