using MetricsCollector.Catalog;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection;

/// <summary>What one target is asked for, and how often: the catalog after the settings.</summary>
public sealed class CollectionPlan
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Standard = TimeSpan.FromMinutes(1);

    private CollectionPlan(IReadOnlyDictionary<string, PlannedMetric> metrics) => Metrics = metrics;

    /// <summary>The metrics by name.</summary>
    public IReadOnlyDictionary<string, PlannedMetric> Metrics { get; }

    /// <summary>Makes the plan of a target.</summary>
    public static CollectionPlan For(Target target, MetricCatalog catalog, CollectionOptions options) =>
        new(catalog.Metrics
            .Where(metric => target.Metrics.Choose(metric.Name, otherwise: metric.Preset <= PresetOf(target)))
            .ToDictionary(
                metric => metric.Name,
                metric => new PlannedMetric(metric, IntervalOf(metric, target, options)),
                StringComparer.Ordinal));

    /// <summary>How often a metric is read where the target says nothing: as its file says, in proportion to <see cref="CollectionOptions.Interval"/>.</summary>
    public static TimeSpan DefaultInterval(MetricDefinition metric, CollectionOptions options) =>
        NotTooShort(metric.Every.Value * (options.Interval.Value / Standard));

    // The settings were checked when they were read.
    private static MetricPreset PresetOf(Target target) => Enum.Parse<MetricPreset>(target.Preset, ignoreCase: true);

    private static TimeSpan IntervalOf(MetricDefinition metric, Target target, CollectionOptions options) =>
        target.IntervalOf(metric.Name) is { } interval ? NotTooShort(interval.Value) : DefaultInterval(metric, options);

    private static TimeSpan NotTooShort(TimeSpan interval) => interval < Shortest ? Shortest : interval;
}
