using MetricsCollector.Snapshots;

namespace MetricsCollector.Exposition;

/// <summary>How a field is called outside: one line of <c>exporter_names.txt</c>, or what follows from the names of metric and
/// field.</summary>
/// <param name="Name">Name of the family; may have placeholders for labels.</param>
/// <param name="Type">Counter, gauge or untyped.</param>
internal sealed record ExporterName(string Name, FamilyType Type)
{
    private const string Total = "_total";

    /// <summary>What values are multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>What values are divided by.</summary>
    public double Divisor { get; init; } = 1;

    /// <summary>Labels that are kept; null for all.</summary>
    public IReadOnlyList<string>? Kept { get; init; }

    /// <summary>Whether rows that agree on the kept labels join to their greatest value instead of their sum.</summary>
    public bool Max { get; init; }

    /// <summary>Attributes that are labels outside.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>Labels without which a row is left out.</summary>
    public IReadOnlyList<string> Needed { get; init; } = [];

    /// <summary>A label and the value of it with which a row is left out.</summary>
    public (string Label, string Value)? Without { get; init; }

    /// <summary>A label and the one that stands in for it where it is empty.</summary>
    public (string Label, string Other)? Or { get; init; }

    /// <summary>What a reading that is null counts as; null for nothing.</summary>
    public double? IfNull { get; init; }

    /// <summary>Whether every sample is 1, because its labels say everything.</summary>
    public bool IsOne { get; init; }

    /// <summary>A label for the meaning of a value that is a code, and the meanings from 0 on: the sample is 1.</summary>
    public (string Label, IReadOnlyList<string> Meanings)? Codes { get; init; }

    /// <summary>A label and all values of it, which each have a sample: 1 for the value that is there, 0 for the others.</summary>
    public (string Label, IReadOnlyList<string> Values)? Each { get; init; }

    /// <summary>
    /// A label, and values of it that have a sample of 0 in every database in which no row has one of them.
    /// </summary>
    public (string Label, IReadOnlyList<string> Values)? Zero { get; init; }

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

    /// <summary>Whether it follows from the names of metric and field.</summary>
    public bool IsOwn { get; init; }

    /// <summary>
    /// The names of a field that postgres_exporter does not have: the one with its base unit, and the one without where these differ and
    /// <paramref name="old"/> ones are wanted.
    /// </summary>
    public static IReadOnlyList<ExporterName> Own(string metric, Field field, bool old)
    {
        var plain = Named($"pg_{metric}_{field.Name}", field.Kind);
        if (BaseUnit.Of(field.Unit) is not { } unit)
        {
            return [plain];
        }

        var full = $"pg_{metric}_{field.Name}";
        var bare = full.EndsWith(Total, StringComparison.Ordinal) ? full[..^Total.Length] : full;
        var named = Named(unit.NameOf(bare), field.Kind) with { Scale = unit.Scale, Divisor = unit.Divisor };
        return named.Name == plain.Name ? [plain] : old ? [plain, named] : [named];
    }

    private static ExporterName Named(string name, FieldKind kind)
    {
        var total = name.EndsWith(Total, StringComparison.Ordinal);
        var type = kind == FieldKind.Counter ? FamilyType.Counter : total ? FamilyType.Untyped : FamilyType.Gauge;
        return new ExporterName(kind == FieldKind.Counter && !total ? name + Total : name, type) { IsOwn = true };
    }
}
