using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Definitions;

/// <summary>The columns known of a metric at one moment; never changed, so that readers need no lock.</summary>
/// <param name="Fields">Numeric columns.</param>
/// <param name="FieldNames">Their names, in their order.</param>
/// <param name="Labels">Text columns that identify a row.</param>
internal sealed record MetricColumns(IReadOnlyList<Field> Fields, IReadOnlyList<string> FieldNames, IReadOnlyList<ColumnDescription> Labels)
{
    /// <summary>No columns.</summary>
    public static MetricColumns None { get; } = new([], [], []);

    /// <summary>These and, behind them, those whose names are new.</summary>
    public MetricColumns With(IEnumerable<Field> fields, IEnumerable<ColumnDescription> labels)
    {
        var allFields = Fields.Concat(fields).DistinctBy(field => field.Name).ToArray();
        var allLabels = Labels.Concat(labels).DistinctBy(label => label.Name).ToArray();
        return allFields.Length == Fields.Count && allLabels.Length == Labels.Count
            ? this
            : new MetricColumns(allFields, [.. allFields.Select(field => field.Name)], allLabels);
    }
}
