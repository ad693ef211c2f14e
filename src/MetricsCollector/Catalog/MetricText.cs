namespace MetricsCollector.Catalog;

/// <summary>A metric file as it lies in its directory.</summary>
/// <param name="Path">Its path, for messages; its ending tells the format.</param>
/// <param name="Text">All of it.</param>
internal sealed record MetricText(string Path, string Text);
