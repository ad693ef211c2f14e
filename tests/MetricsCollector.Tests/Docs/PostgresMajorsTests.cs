using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.Commands.Reports;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests.Docs;

/// <summary>Whatever names the tested majors names those of <c>eng/postgres-majors</c>.</summary>
[Trait("PostgreSQL", "any")]
public sealed partial class PostgresMajorsTests
{
    [Theory]
    [InlineData("README.md", "Tested with PostgreSQL {0}.")]
    [InlineData("docs/testing.md", "Tested majors are PostgreSQL {0}, the list in `eng/postgres-majors`.")]
    public void The_pages_name_all_of_them(string page, string sentence)
    {
        var majors = PostgresMajors.All.Order().Select(major => major.ToString(CultureInfo.InvariantCulture)).ToList();
        var wanted = string.Format(CultureInfo.InvariantCulture, sentence, $"{string.Join(", ", majors[..^1])} and {majors[^1]}");
        var text = Space().Replace(File.ReadAllText(Path.Combine(Repository.Root, page)), " ");
        Assert.True(text.Contains(wanted, StringComparison.Ordinal), $"{page} has to say: {wanted}");
    }

    [Theory]
    [InlineData(".ci/run")]
    [InlineData(".github/workflows/ci.yaml")]
    public void Scripts_read_the_list(string script)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, script));
        Assert.Contains("eng/postgres-majors", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\[\s*1\d\s*,", text);
    }

    [Fact]
    public void They_are_newest_first_and_most_have_a_package()
    {
        Assert.Equal(PostgresMajors.All.OrderDescending(), PostgresMajors.All);
        Assert.Subset(PostgresMajors.All.ToHashSet(), PostgresMajors.Packages.Keys.ToHashSet());
        Assert.InRange(PostgresMajors.Packages.Count, PostgresMajors.All.Count - 1, PostgresMajors.All.Count);
        Assert.Subset(new HashSet<int> { PostgresMajors.Oldest }, PostgresMajors.Ending.ToHashSet());
    }

    [Fact]
    public void Check_says_what_is_not_tested_and_what_ends()
    {
        Assert.Contains(
            $"PostgreSQL {PostgresMajors.Newest + 1} is not tested",
            Assert.Single(TargetCheck.OfMajor(PostgresMajors.Newest + 1)),
            StringComparison.Ordinal);
        Assert.Contains("is not tested", Assert.Single(TargetCheck.OfMajor(PostgresMajors.Oldest - 1)), StringComparison.Ordinal);
        Assert.All(
            PostgresMajors.All,
            major => Assert.Equal(
                PostgresMajors.Ending.Contains(major),
                TargetCheck.OfMajor(major).Any(line => line.Contains("ends its support", StringComparison.Ordinal))));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
