using System.Text.RegularExpressions;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Sql;

namespace MetricsCollector.Tests.Docs;

/// <summary>What <c>docs/metric-files.md</c> shows can be written.</summary>
[Trait("PostgreSQL", "any")]
public sealed partial class MetricFilesPageTests
{
    private const string NotKnown = "is not a header line";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metric-files.md"));

    private static readonly string Example = Sql().Match(Page).Groups["text"].Value;

    public static TheoryData<string> HeaderLines =>
        [.. HeaderLine().Matches(Page).Select(match => match.Groups["line"].Value).Distinct(StringComparer.Ordinal)];

    [Fact]
    public void The_example_is_read()
    {
        var file = MetricFileParser.Parse("orders.sql", Example);
        Assert.Equal("orders", file.Metric);
        Assert.Equal("waiting", Assert.Single(file.Fields).Name);
    }

    [Theory]
    [MemberData(nameof(HeaderLines))]
    public void A_line_of_the_header_is_known(string line)
    {
        // Other errors are expected: the line does not fit this example, and some of its words stand for something.
        var errors = Record.Exception(() => MetricFileParser.Parse("orders.sql", $"{line}\n{Example}"))?.Message ?? string.Empty;
        Assert.DoesNotContain(NotKnown, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_the_header_that_is_not_known_is_told_so()
    {
        var error = Assert.Throws<MetricFileException>(() => MetricFileParser.Parse("orders.sql", $"-- metrik: x\n{Example}"));
        Assert.Contains(NotKnown, error.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"```sql\n(?<text>-- metric: .*?)```", RegexOptions.Singleline)]
    private static partial Regex Sql();

    [GeneratedRegex(@"^\| `(?<line>-- [^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex HeaderLine();
}
