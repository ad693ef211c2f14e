using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Definitions;

/// <summary>What a column means whose metric declares none: the formats of other collectors name theirs only in the answer.</summary>
/// <param name="Label">The label it is; null when it is none.</param>
/// <param name="Field">The field it is; null when it is none. A column that is neither is ignored.</param>
public sealed record ColumnRole(string? Label, Field? Field);
