using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Collection.CollectNow;

/// <summary>Which metrics are too old for somebody who asks, so that they are collected first.</summary>
internal static class StaleMetrics
{
    /// <summary>What is older than an instant, by target.</summary>
    public static IReadOnlyList<(TargetCollector Collector, IReadOnlyCollection<string> Metrics)> Find(
        TargetCollectors collectors, LatestSnapshots latest, SeriesFilter filter, DateTimeOffset oldest)
    {
        var older =
            from collector in collectors.All
            where filter.Target is null || filter.Target == collector.Target.Name
            let metrics = collector.Plan.Metrics.Keys
                .Where(metric => filter.Metric is null || filter.Metric == metric)
                .Where(metric => latest.Find(collector.Target.Name, metric) is not { } snapshot || snapshot.CollectedAt < oldest)
                .ToList()
            where metrics.Count > 0
            select (collector, (IReadOnlyCollection<string>)metrics);
        return [.. older];
    }
}
