using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MetricsCollector.Commands;
using MetricsCollector.Tests.Api;

namespace MetricsCollector.Tests.Docs;

/// <summary>One version: changelog, program, tool package, status and OpenAPI document say the same.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed partial class VersionTests(CollectorApp app)
{
    [Fact]
    public async Task Everything_names_the_newest_version_of_the_changelog()
    {
        var version = Newest().Match(Text("CHANGELOG.md")).Groups["version"].Value;
        Assert.NotEmpty(version);

        // The tool package has the version of the props, since its project states none of its own.
        Assert.Equal(version, XDocument.Parse(Text("Directory.Build.props")).Descendants("Version").Single().Value);
        var project = XDocument.Parse(Text("src/MetricsCollector/MetricsCollector.csproj"));
        Assert.Empty(project.Descendants("Version").Concat(project.Descendants("PackageVersion")));

        // What --version prints.
        var program = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!;
        Assert.Equal(version, program.InformationalVersion.Split('+')[0]);
        Assert.Equal(version, (await app.GetAsync("/api/v1/status")).GetProperty("version").GetString());
        Assert.Equal(version, (await app.GetAsync("/swagger/v1/swagger.json")).GetProperty("info").GetProperty("version").GetString());
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    [GeneratedRegex(@"^## \[(?<version>\d+\.\d+\.\d+)\]", RegexOptions.Multiline)]
    private static partial Regex Newest();
}
