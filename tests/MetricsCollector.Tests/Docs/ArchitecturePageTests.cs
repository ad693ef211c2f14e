using System.Text.RegularExpressions;

namespace MetricsCollector.Tests.Docs;

/// <summary>The table of folders in <c>docs/architecture.md</c> is the tree of the service.</summary>
[Trait("PostgreSQL", "any")]
public sealed partial class ArchitecturePageTests
{
    private static readonly string Service = Path.Combine(Repository.Root, "src", "MetricsCollector");

    // Sql holds statements of the folder above; the others are no code of the service.
    private static readonly string[] NotNamed = ["bin", "obj", "Properties", "PublishProfiles", "data", "logs"];

    [Fact]
    public void The_table_names_every_folder_and_no_other()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));
        var section =
            page[page.IndexOf("## Folders", StringComparison.Ordinal)..page.IndexOf("Beside the service:", StringComparison.Ordinal)];
        var named = section.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Code().Matches(line.Split(" | ")[0]))
            .Select(match => match.Groups["folder"].Value);
        Assert.Equal(Folders(Service).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Folders(string directory)
    {
        foreach (var folder in Directory.EnumerateDirectories(directory).Where(folder => !NotNamed.Contains(Path.GetFileName(folder))))
        {
            var path = Path.GetRelativePath(Service, folder).Replace(Path.DirectorySeparatorChar, '/');
            if (Path.GetFileName(folder) != "Sql" || path.StartsWith("Catalog/", StringComparison.Ordinal))
            {
                yield return path;
            }

            foreach (var below in Folders(folder))
            {
                yield return below;
            }
        }
    }

    [GeneratedRegex("`(?<folder>[^`]+)`")]
    private static partial Regex Code();
}
