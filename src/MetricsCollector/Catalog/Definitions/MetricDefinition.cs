using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Catalog.Definitions;

/// <summary>One metric of the catalog: one set of names over the files that ask for it on different versions.</summary>
public sealed class MetricDefinition
{
    /// <summary>The label that tells the databases of a server apart.</summary>
    public const string DatabaseLabel = "datname";

    private readonly Lock _discovering = new();
    private volatile MetricColumns _columns;

    /// <summary>Joins the files of one metric.</summary>
    /// <param name="files">At least one; ordered by version, ranges apart.</param>
    public MetricDefinition(IReadOnlyList<MetricFile> files)
    {
        Files = files;
        var newest = files[^1];
        Name = newest.Metric;
        Summary = newest.Summary;
        Kind = newest.Kind;
        Scope = newest.Scope;
        Every = newest.Every;
        Role = newest.Role;
        Requires = newest.Requires;
        Describes = newest.Describes;
        Preset = newest.Preset;
        ComputedFrom = newest.ComputedFrom;
        Sampled = newest.Sampled;
        TextsOf = newest.TextsOf;
        Attributes = [.. files.Reverse().SelectMany(file => file.Attributes).DistinctBy(attribute => attribute.Name)];
        var labels = files.Reverse().SelectMany(file => file.Labels).ToList();
        if (files.Any(file => file.Scope == MetricScope.Database) && !labels.Exists(label => label.Name == DatabaseLabel))
        {
            // Rows get it when they are read; a file that declares it says what it means there.
            labels.Insert(0, new ColumnDescription(DatabaseLabel, "Name of the database that was asked."));
        }

        _columns = MetricColumns.None.With(files.Reverse().SelectMany(file => file.Fields), labels);
    }

    /// <summary>The files, ordered by version.</summary>
    public IReadOnlyList<MetricFile> Files { get; }

    /// <summary>Name of the metric.</summary>
    public string Name { get; }

    /// <summary>One sentence for people.</summary>
    public string Summary { get; }

    /// <summary>The kind of targets it is for.</summary>
    public TargetKind Kind { get; }

    /// <summary>Once per server or once per database.</summary>
    public MetricScope Scope { get; }

    /// <summary>How often it is asked.</summary>
    public Duration Every { get; }

    /// <summary>Which servers it is asked of.</summary>
    public ServerRole Role { get; }

    /// <summary>The extension it needs; null when none.</summary>
    public ExtensionRequirement? Requires { get; }

    /// <summary>The smallest preset it belongs to.</summary>
    public MetricPreset Preset { get; }

    /// <summary>From what the collector fills its fields itself; null for a metric that is asked for.</summary>
    public ComputedFrom? ComputedFrom { get; }

    /// <summary>Whether the collector fills its fields itself.</summary>
    public bool Computed => ComputedFrom is not null;

    /// <summary>Whether it is asked between the collections too, and its samples added up.</summary>
    public bool Sampled { get; }

    /// <summary>The metric whose texts describe its rows too; null for none.</summary>
    public string? TextsOf { get; }

    /// <summary>Whether its files say the units of its fields; elsewhere they are guessed from names.</summary>
    public bool DeclaresUnits => Files.All(file => file.DeclaresUnits);

    /// <summary>The metric whose series its attributes describe; null when it has fields of its own.</summary>
    public string? Describes { get; }

    /// <summary>
    /// Labels that identify a row, over all versions; those of now, where columns are discovered. Metrics that are asked in each database
    /// have <see cref="DatabaseLabel"/> among them.
    /// </summary>
    public IReadOnlyList<ColumnDescription> Labels => _columns.Labels;

    /// <summary>Text columns that describe a row, over all versions.</summary>
    public IReadOnlyList<ColumnDescription> Attributes { get; }

    /// <summary>Numeric columns over all versions; those of now, where columns are discovered: the list only grows at its end.</summary>
    public IReadOnlyList<Field> Fields => _columns.Fields;

    /// <summary>The names of <see cref="Fields"/>, in their order; at least as new as a list of fields read before.</summary>
    public IReadOnlyList<string> FieldNames => _columns.FieldNames;

    /// <summary>The file for a major version, or null when the metric has none for it.</summary>
    public MetricFile? FileFor(int major) => Files.FirstOrDefault(file => file.Postgres.Contains(major));

    /// <summary>Adds columns that an answer had and no file declares; what is known by name already stays as it is. Safe from any
    /// thread.</summary>
    public void Discover(IEnumerable<Field> fields, IEnumerable<ColumnDescription> labels)
    {
        lock (_discovering)
        {
            _columns = _columns.With(fields, labels);
        }
    }

    /// <summary>Whether the files of both say the same, wherever they lie.</summary>
    internal bool SameAs(MetricDefinition other) =>
        Files.Count == other.Files.Count && Files.Zip(other.Files).All(pair => pair.First.SameAs(pair.Second));
}
