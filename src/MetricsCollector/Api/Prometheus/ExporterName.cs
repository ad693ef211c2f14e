using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Prometheus;

/// <summary>How a field is called outside: one line of <c>exporter_names.txt</c>, or what follows from the names of metric and field.</summary>
/// <param name="Name">Name of the family; may have placeholders for labels.</param>
/// <param name="Type">Counter, gauge or untyped.</param>
internal sealed record ExporterName(string Name, FamilyType Type)
{
    /// <summary>What values are multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Labels that are kept; null for all.</summary>
    public IReadOnlyList<string>? Kept { get; init; }

    /// <summary>Whether rows that agree on the kept labels join to their greatest value instead of their sum.</summary>
    public bool Max { get; init; }

    /// <summary>Other names of labels.</summary>
    public IReadOnlyDictionary<string, string> Renamed { get; init; } = new Dictionary<string, string>();

    /// <summary>A label whose value is in lower case outside.</summary>
    public string? Lower { get; init; }

    /// <summary>The first major version it is for.</summary>
    public int From { get; init; }

    /// <summary>The last major version it is for.</summary>
    public int Until { get; init; } = int.MaxValue;

    /// <summary>Whether labels are part of the name.</summary>
    public bool HasPlaceholders => Name.Contains('{', StringComparison.Ordinal);

    /// <summary>The name of a field that postgres_exporter does not have.</summary>
    public static ExporterName Own(string metric, Field field)
    {
        var name = $"pg_{metric}_{field.Name}";
        var counter = field.Kind == FieldKind.Counter;
        return counter && !name.EndsWith("_total", StringComparison.Ordinal)
            ? new ExporterName(name + "_total", FamilyType.Counter)
            : new ExporterName(name, counter ? FamilyType.Counter : name.EndsWith("_total", StringComparison.Ordinal) ? FamilyType.Untyped : FamilyType.Gauge);
    }
}
