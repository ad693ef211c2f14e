using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Catalog.Definitions;

/// <summary>One metric file: a question to PostgreSQL and what its answer means, for a range of versions.</summary>
public sealed record MetricFile
{
    // Beside the lines and not in the record, which is compared and copied: one text for all targets of a version and all their
    // collections.
    private static readonly ConditionalWeakTable<IReadOnlyList<SqlLine>, ConcurrentDictionary<(int Major, Version? Extension),
    string>> Texts = [];

    /// <summary>Where it was read from, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Summary { get; init; }

    /// <summary>The views and functions it reads; null when the file does not say.</summary>
    public string? Source { get; init; }

    /// <summary>The kind of targets it is for.</summary>
    public TargetKind Kind { get; init; } = TargetKind.PostgreSql;

    /// <summary>The major versions it is for.</summary>
    public VersionRange Postgres { get; init; } = VersionRange.All;

    /// <summary>Once per server or once per database.</summary>
    public MetricScope Scope { get; init; }

    /// <summary>How the file says <see cref="Scope"/>.</summary>
    public ScopeForms ScopeForms { get; init; } = ScopeForms.Sql;

    /// <summary>
    /// Globs of the databases that have what it reads, <c>!glob</c> takes out; empty for all. Only where <see cref="Scope"/> is database.
    /// </summary>
    public IReadOnlyList<string> Databases { get; init; } = [];

    /// <summary>How often it is asked.</summary>
    public Duration Every { get; init; } = new(TimeSpan.FromMinutes(1));

    /// <summary>Which servers it is asked of.</summary>
    public ServerRole Role { get; init; }

    /// <summary>The extension it needs; null when none.</summary>
    public ExtensionRequirement? Requires { get; init; }

    /// <summary>The smallest preset it belongs to.</summary>
    public MetricPreset Preset { get; init; } = MetricPreset.Standard;

    /// <summary>A role without whose rights it would show nothing, or wrong numbers, without an error; null when none.</summary>
    public string? Privilege { get; init; }

    /// <summary>Roles without whose rights part of it would be wrong or missing, without an error.</summary>
    public IReadOnlyList<FieldPrivilege> FieldPrivileges { get; init; } = [];

    /// <summary>Settings without which it has no rows.</summary>
    public IReadOnlyList<SettingRequirement> Settings { get; init; } = [];

    /// <summary>
    /// The text column of rows that are no readings but say what the statement could not judge; null when there is none.
    /// Where it is not null, its text becomes part of the outcome.
    /// </summary>
    public string? Problem { get; init; }

    /// <summary>
    /// Whether it came with the program. Others run with the search_path of their role, as they do in psql; ours trust only
    /// <c>pg_catalog</c> and the schemas of extensions.
    /// </summary>
    public bool BuiltIn { get; init; }

    /// <summary>
    /// Says what a column of the answer means, where the file itself cannot: by name, and whether it is a number.
    /// Null for files that declare their columns.
    /// </summary>
    public Func<string, bool, ColumnRole>? Columns { get; init; }

    /// <summary>From what the collector fills its fields itself; it has no statement then. Null for a metric that is asked for.</summary>
    public ComputedFrom? ComputedFrom { get; init; }

    /// <summary>
    /// Whether it is asked between the collections too, every <c>Collection:LoadInterval</c>. Its one counter is then what there is at that
    /// moment; the collector multiplies it by the seconds since the last sample and adds it up.
    /// </summary>
    public bool Sampled { get; init; }

    /// <summary>The metric whose texts describe its rows too, where they agree on the labels that both have; null for none.</summary>
    public string? TextsOf { get; init; }

    /// <summary>What its fields read when the target cannot be reached; null when nothing can be said then.</summary>
    public double? Unreachable { get; init; }

    /// <summary>Columns that measure how active a row is; rows beyond the cap with the least growth are left out. Empty when not
    /// capped.</summary>
    public IReadOnlyList<string> Top { get; init; } = [];

    /// <summary>The metric whose series its attributes describe; null when it has fields of its own.</summary>
    public string? Describes { get; init; }

    /// <summary>Text columns that identify a row.</summary>
    public IReadOnlyList<ColumnDescription> Labels { get; init; } = [];

    /// <summary>Text columns that describe a row without identifying it.</summary>
    public IReadOnlyList<ColumnDescription> Attributes { get; init; } = [];

    /// <summary>Whether it says the units of its fields; formats of other collectors do not.</summary>
    public bool DeclaresUnits { get; init; } = true;

    /// <summary>The lines on which columns are declared, for messages; empty where <see cref="Path"/> has the line.</summary>
    public IReadOnlyDictionary<string, int> Lines { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>Numeric columns.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>The statement, line by line, each with the versions it is for.</summary>
    public required IReadOnlyList<SqlLine> Sql { get; init; }

    /// <summary>Whether it is asked in a database; the last glob that matches wins.</summary>
    public bool WantsDatabase(string database) =>
        Databases.LastOrDefault(
            glob => FileSystemName.MatchesSimpleExpression(glob.TrimStart('!'), database, ignoreCase: false)) is { } last
            ? !last.StartsWith('!')
            : Databases.Count == 0 || Databases[0].StartsWith('!');

    /// <summary>The statement as it is sent to a server of a major version.</summary>
    /// <param name="major">The major version.</param>
    /// <param name="extension">The version of the extension that the metric requires; null where it is not known, and then without the
    /// lines that need one.</param>
    public string SqlFor(int major, Version? extension = null) => Texts.GetOrCreateValue(Sql).GetOrAdd(
        (major, extension),
        static (version, lines) =>
            string.Join('\n', lines.Where(line => IsFor(line, version.Major, version.Extension)).Select(line => line.Text)).TrimEnd('\n'),
        Sql);

    /// <summary>The statement as it is sent to a server.</summary>
    public string SqlFor(ServerFacts facts) => SqlFor(
        facts.Major,
        Requires is { } required
            && facts.Extensions.TryGetValue(required.Name, out var extension)
            && Version.TryParse(extension.Version, out var version)
            ? version
            : null);

    /// <summary>Whether both say the same, wherever they lie.</summary>
    internal bool SameAs(MetricFile other) =>
        Bare(this) == Bare(other)
        && Equals(Columns?.Target, other.Columns?.Target)
        && Databases.SequenceEqual(other.Databases)
        && Top.SequenceEqual(other.Top)
        && FieldPrivileges.SequenceEqual(other.FieldPrivileges)
        && Settings.SequenceEqual(other.Settings)
        && Labels.SequenceEqual(other.Labels)
        && Attributes.SequenceEqual(other.Attributes)
        && Fields.SequenceEqual(other.Fields)
        && Sql.SequenceEqual(other.Sql);

    private static bool IsFor(SqlLine line, int major, Version? extension) =>
        line.Versions.Contains(major) && (line.Extension is null || extension >= line.Extension);

    // Records compare lists by reference; without them, every property that is ever added counts.
    private static MetricFile Bare(MetricFile file) =>
        file with
        {
            Path = string.Empty,
            Columns = null,
            Databases = [],
            Top = [],
            FieldPrivileges = [],
            Settings = [],
            Labels = [],
            Attributes = [],
            Fields = [],
            Sql = [],
            Lines = FrozenDictionary<string, int>.Empty,
        };
}
