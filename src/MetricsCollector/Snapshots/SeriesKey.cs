namespace MetricsCollector.Snapshots;

/// <summary>The identity of one row over time.</summary>
/// <param name="Target">Name of the watched server.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Labels">What the row is about.</param>
public sealed record SeriesKey(string Target, string Metric, LabelSet Labels);
