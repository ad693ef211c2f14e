namespace MetricsCollector.Tests.Docs;

/// <summary>Relative links of the documentation lead somewhere.</summary>
[Trait("PostgreSQL", "any")]
public sealed class MarkdownLinksTests
{
    [Fact]
    public void A_relative_link_leads_to_a_file_and_its_fragment_to_a_heading() =>
        Assert.Empty(MarkdownPage.All.SelectMany(page => page.Links.Select(link => Problem(page, link))).OfType<string>());

    [Fact]
    public void Pages_links_and_headings_are_found()
    {
        var readme = Assert.Single(MarkdownPage.All, page => page.Path == Path.Combine(Repository.Root, "README.md"));
        Assert.Contains("docs/operators.md", readme.Links);
        Assert.Contains("watch-your-own-servers", readme.Anchors);
        Assert.NotNull(Problem(readme, "docs/nothing.md"));
        Assert.NotNull(Problem(readme, "docs/operators.md#nothing"));
        Assert.Null(Problem(readme, "docs/operators.md#what-the-log-says"));
    }

    [Fact]
    public void The_readme_has_at_most_150_lines() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 1, 150);

    private static string? Problem(MarkdownPage page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = link.Split('#', 2);
        var path = parts[0].Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]));
        var from = Path.GetRelativePath(Repository.Root, page.Path);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return $"{from}: {link} leads to no file";
        }

        return parts.Length == 1 || MarkdownPage.All.Single(one => one.Path == path).Anchors.Contains(parts[1])
            ? null
            : $"{from}: {link} leads to no heading";
    }
}
