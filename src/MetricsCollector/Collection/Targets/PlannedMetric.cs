using MetricsCollector.Catalog.Definitions;

namespace MetricsCollector.Collection.Targets;

/// <summary>A metric that a target is asked for, and how often.</summary>
/// <param name="Definition">The metric.</param>
/// <param name="Interval">How often, after the settings.</param>
public sealed record PlannedMetric(MetricDefinition Definition, TimeSpan Interval);
