using System.Text.RegularExpressions;

namespace MetricsCollector.Tests;

/// <summary>The arrows of the house: data flows one way, and a folder knows only those before it.</summary>
[Trait("PostgreSQL", "any")]
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Snapshots"] = [],
        ["Postgres"] = [],
        ["Configuration"] = ["Snapshots", "Postgres"],
        ["Targets"] = ["Snapshots", "Postgres", "Configuration"],
        ["Catalog"] = ["Snapshots", "Configuration"],
        ["Storage"] = ["Snapshots", "Postgres", "Configuration"],
        ["Query"] = ["Snapshots", "Storage"],
        ["Collection"] = ["Snapshots", "Postgres", "Configuration", "Targets", "Catalog", "Storage"],
        ["Security"] = ["Snapshots", "Postgres", "Configuration", "Targets"],
        ["Telemetry"] = ["Snapshots", "Postgres", "Configuration", "Targets", "Storage", "Collection", "Security"],
        ["Api"] = ["Snapshots", "Postgres", "Configuration", "Targets", "Catalog", "Storage", "Query", "Collection", "Security", "Telemetry"],
        ["Commands"] = ["Snapshots", "Postgres", "Configuration", "Targets", "Catalog", "Storage", "Query", "Collection", "Security", "Telemetry", "Api", "LocalPostgres"],
    };

    public static TheoryData<string> Folders => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_the_folders_before_it(string folder)
    {
        var wrong =
            from file in Sources(folder)
            from used in Mentioned().Matches(File.ReadAllText(file)).Select(match => match.Groups["folder"].Value).Distinct()
            where used != folder && (MayUse.ContainsKey(used) || used == "LocalPostgres") && !MayUse[folder].Contains(used)
            select $"{Path.GetFileName(file)} uses {used}";
        Assert.Empty(wrong);
    }

    // data and logs are there once somebody has run the service from its sources.
    [Fact]
    public void Every_folder_of_the_project_has_its_arrows_here() =>
        Assert.Equal(MayUse.Keys.Order(), Directory.GetDirectories(Root()).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj" or "Properties" or "data" or "logs")).Order());

    [Fact]
    public void Collection_knows_of_the_store_only_the_writer() =>
        Assert.DoesNotContain(Sources("Collection"), file => File.ReadAllText(file).Contains("ISnapshotReader", StringComparison.Ordinal));

    [Fact]
    public void Query_knows_of_the_store_only_the_reader() =>
        Assert.DoesNotContain(Sources("Query"), file => File.ReadAllText(file).Contains("ISnapshotWriter", StringComparison.Ordinal));

    [Fact]
    public void Only_the_store_speaks_to_the_store_s_database() =>
        Assert.DoesNotContain(
            MayUse.Keys.Except(["Postgres", "Storage", "Targets", "Collection", "Security", "Commands"]).SelectMany(Sources),
            file => File.ReadAllText(file).Contains("using Npgsql", StringComparison.Ordinal));

    [GeneratedRegex(@"(using MetricsCollector\.|(?<![\w.""/])(MetricsCollector\.)?)(?<folder>Snapshots|Postgres|Configuration|Targets|Catalog|Storage|Query|Collection|Security|Telemetry|Api|Commands|LocalPostgres)(;|\.[A-Z]\w+)")]
    private static partial Regex Mentioned();

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.cs", SearchOption.AllDirectories);

    private static string Root() => Path.Combine(Repository.Root, "src", "MetricsCollector");
}
