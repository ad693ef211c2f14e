namespace MetricsCollector.Catalog.Definitions;

/// <summary>A label or an attribute of a metric.</summary>
/// <param name="Name">Name of the text column.</param>
/// <param name="Help">One sentence for people.</param>
public sealed record ColumnDescription(string Name, string Help);
