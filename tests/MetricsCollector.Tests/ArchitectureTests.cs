using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace MetricsCollector.Tests;

/// <summary>The arrows of the house, asserted on the compiled types: data flows one way, and a folder knows only those before it.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ArchitectureTests
{
    private const string Root = "MetricsCollector.";

    private static readonly string[] Basics = ["Snapshots", "Postgres", "Configuration"];
    private static readonly string[] Contracts = ["Storage", "Storage.Settings", "Storage.Packing", "Storage.Status", "Storage.Latest"];
    private static readonly string[] Engines = ["Storage.Postgres", "Storage.Sqlite"];
    private static readonly string[] Collecting = [.. Basics, "Targets", "Catalog", .. Contracts];
    private static readonly string[] Asking = [.. Collecting, "Collection", "Query", "Storage.Delivery"];
    private static readonly string[] Serving = [.. Asking, "Assignment", "Exposition", "Security", "Telemetry"];

    // A folder, with those below it that have no line of their own, and the folders that it may use.
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Snapshots"] = [],
        ["Postgres"] = [],
        ["Configuration"] = ["Snapshots", "Postgres"],
        ["Targets"] = Basics,
        ["Catalog"] = [.. Basics, "Targets"],
        ["Storage.Packing"] = ["Snapshots"],
        ["Storage.Settings"] = Basics,
        ["Storage"] = [.. Basics, "Storage.Packing", "Storage.Settings"],
        ["Storage.Status"] = ["Snapshots", "Storage", "Storage.Settings"],
        ["Storage.Latest"] = ["Snapshots", "Storage"],
        ["Storage.Shared"] = [.. Basics, .. Contracts],
        ["Storage.Postgres"] = [.. Basics, .. Contracts, "Storage.Shared"],
        ["Storage.Sqlite"] = [.. Basics, .. Contracts, "Storage.Shared"],
        ["Storage.Delivery"] = [.. Basics, .. Contracts, "Storage.Shared"],
        ["Storage.Composition"] = [.. Basics, .. Contracts, "Storage.Shared", "Storage.Delivery", .. Engines],
        ["Collection"] = Collecting,
        ["Query"] = ["Snapshots", .. Contracts],
        ["Assignment"] = Asking,
        ["Exposition"] = Asking,
        ["Security"] = [.. Basics, "Targets"],
        ["Telemetry"] = [.. Asking, "Assignment", "Exposition", "Security"],
        ["Api"] = Serving,
        ["Commands"] = [.. Serving, "Api"],
    };

    // Where the program is put together: what is registered there is known only there.
    private static readonly string[] Registrations =
        ["TargetServices", "CatalogServices", "StorageServices", "CollectionServices", "AssignmentServices", "TelemetryServices",
            "SecurityServices", "ApiServices"];

    private static readonly ArchUnitNET.Domain.Architecture Compiled = new ArchLoader()
        .LoadAssemblies(typeof(MetricsCollector.Snapshots.Snapshot).Assembly)
        .Build();

    private static readonly (IType From, IType To)[] Uses =
    [
        .. from type in Compiled.Types
           where Folder(type) is not null
           from dependency in type.Dependencies
           where Folder(dependency.Target) is { } used && used != Folder(type)
           select (type, dependency.Target),
    ];

    public static TheoryData<string> Folders => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_the_folders_before_it(string folder) =>
        None(
            from use in Uses
            let target = Room(Folder(use.To)!)
            where Room(Folder(use.From)!) == folder && target != folder && !MayUse[folder].Contains(target)
            select $"{use.From.FullName} uses {use.To.FullName}");

    [Fact]
    public void Every_folder_of_the_project_has_its_arrows_here() =>
        None(Compiled.Types.Select(Folder).OfType<string>().Where(folder => folder.Length > 0 && Room(folder).Length == 0));

    [Fact]
    public void No_folder_is_in_a_circle_with_another_at_any_depth()
    {
        var uses = Uses
            .Where(use => !Registrations.Contains(TopLevel(use.From)) && !Registrations.Contains(TopLevel(use.To)))
            .Select(use => (From: Folder(use.From)!, To: Folder(use.To)!, Text: $"{use.From.Name} uses {use.To.Name}"))
            .Where(use => use.From.Length > 0)
            .ToArray();
        var parents = uses.SelectMany(use => new[] { use.From, use.To }).SelectMany(Ancestors).Distinct().Order(StringComparer.Ordinal);
        None(parents.SelectMany(parent => Circles(parent, uses)));
    }

    [Fact]
    public void Only_the_composition_of_the_store_sees_its_engines() =>
        None(
            from use in Uses
            let user = Room(Folder(use.From)!)
            where Engines.Contains(Room(Folder(use.To)!)) && !Engines.Contains(user) && user != "Storage.Composition"
            select $"{use.From.FullName} uses {use.To.FullName}");

    [Fact]
    public void Only_one_place_knows_which_session_a_kind_of_target_has() =>
        Assert.Equal(
            [typeof(MetricsCollector.Targets.Composition.TargetSessions).FullName],
            Uses.Where(use => use.To.FullName == typeof(MetricsCollector.Targets.PostgreSql.TargetSession).FullName)
                .Select(use => use.From.FullName)
                .Distinct());

    [Fact]
    public void Queries_know_nothing_of_HTTP_and_collecting_nothing_of_reading() =>
        None(
            from type in Compiled.Types
            from dependency in type.Dependencies
            where (Folder(type)?.StartsWith("Query", StringComparison.Ordinal) == true
                && dependency.Target.FullName.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))
                || (Folder(type)?.StartsWith("Collection", StringComparison.Ordinal) == true && dependency.Target.Name == "ISnapshotReader")
            select $"{type.FullName} uses {dependency.Target.FullName}");

    [Fact]
    public void Only_those_who_speak_to_PostgreSQL_know_its_driver()
    {
        string[] speak = ["Postgres", "Targets", "Collection", "Storage.Shared", "Storage.Postgres", "Storage.Composition", "Commands"];
        None(
            from type in Compiled.Types
            let folder = Folder(type)
            where folder is { Length: > 0 } && !speak.Contains(Room(folder))
            from dependency in type.Dependencies
            where dependency.Target.FullName.StartsWith("Npgsql", StringComparison.Ordinal)
            select $"{type.FullName} uses {dependency.Target.FullName}");
    }

    private static void None(IEnumerable<string> wrong)
    {
        string[] all = [.. wrong.Distinct()];
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }

    // The folder of a type of the service, such as "Storage.Delivery"; empty for Program, null for types of others.
    private static string? Folder(IType type) =>
        type.FullName.StartsWith(Root, StringComparison.Ordinal)
            && !type.FullName.StartsWith(Root + "LocalPostgres", StringComparison.Ordinal)
            ? type.Namespace.FullName.Length > Root.Length ? type.Namespace.FullName[Root.Length..] : string.Empty
            : null;

    private static string TopLevel(IType type) => type.FullName[(type.Namespace.FullName.Length + 1)..].Split('+', '/')[0];

    // The longest entry of the table that the folder lies in.
    private static string Room(string folder) =>
        MayUse.Keys.Where(room => folder == room || folder.StartsWith(room + ".", StringComparison.Ordinal)).MaxBy(room => room.Length)
            ?? string.Empty;

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = folder.LastIndexOf('.'); at > 0; at = folder.LastIndexOf('.', at - 1))
        {
            yield return folder[..at];
        }

        yield return string.Empty;
    }

    // What lies directly below a folder, its own types being one of the parts, and the parts that reach themselves.
    private static IEnumerable<string> Circles(string parent, (string From, string To, string Text)[] uses)
    {
        var edges = uses
            .Where(use => IsIn(use.From) && IsIn(use.To))
            .Select(use => (From: Part(use.From), To: Part(use.To), use.Text))
            .Where(use => use.From != use.To)
            .ToArray();
        var next = edges.ToLookup(edge => edge.From, edge => edge.To);
        var circles = edges.Where(edge => Reaches(edge.To, edge.From)).GroupBy(edge => (edge.From, edge.To)).ToArray();

        // The arrow with the fewest uses is probably the one that is wrong.
        return circles.OrderBy(arrow => arrow.Count())
            .Select(arrow => $"{parent}: {arrow.Key.From} -> {arrow.Key.To}, {arrow.Count()} times: {arrow.First().Text}");

        bool IsIn(string folder) =>
            parent.Length == 0 ? folder.Length > 0 : folder == parent || folder.StartsWith(parent + ".", StringComparison.Ordinal);

        string Part(string folder)
        {
            var below = parent.Length == 0 ? folder : folder.Length == parent.Length ? string.Empty : folder[(parent.Length + 1)..];
            return below.Split('.')[0];
        }

        bool Reaches(string from, string to)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<string>([from]);
            while (open.TryPop(out var at))
            {
                if (at == to)
                {
                    return true;
                }

                if (seen.Add(at))
                {
                    foreach (var then in next[at])
                    {
                        open.Push(then);
                    }
                }
            }

            return false;
        }
    }
}
