using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Says why there may be nothing of a metric: targets are not asked for it on schedule.</summary>
internal static class PresetNotes
{
    private const int MostTargets = 5;

    /// <summary>A sentence for each reason, with what to write; null when every target that is meant is asked for the metric.</summary>
    /// <param name="filter">What was asked for.</param>
    /// <param name="collectors">The targets.</param>
    /// <param name="answered">Targets of which there is something.</param>
    public static IReadOnlyList<string>? Of(SeriesFilter filter, TargetCollectors collectors, IReadOnlyCollection<string> answered)
    {
        if (filter.Metric is not { } metric)
        {
            return null;
        }

        var notes = collectors.All
            .Where(collector => filter.Target is null || filter.Target == collector.Target.Name)
            .Where(collector => !answered.Contains(collector.Target.Name)
                && !collector.Plan.Metrics.ContainsKey(metric)
                && collector.Plan.Find(metric) is not null)
            .GroupBy(collector => (Where(collector.Target, metric), Remedy(collector.Target, metric)))
            .Select(same =>
                $"metric '{metric}' is not {same.Key.Item1} {CatalogNames(same)}: {same.Key.Item2}, "
                + "or collect it once with POST /api/v1/collections")
            .ToList();
        return notes.Count == 0 ? null : notes;
    }

    private static string Where(Target target, string metric) =>
        target.Metrics.Choose(metric, otherwise: true) ? $"in preset {target.Preset} of" : "among the metrics of";

    private static string Remedy(Target target, string metric) =>
        target.Origin == TargetOrigin.Api
        ? $"add +{metric} to its metrics with PUT /api/v1/targets/{target.Name}"
        : $"add +{metric} to Targets:N:Metrics";

    private static string CatalogNames(IEnumerable<TargetCollector> collectors)
    {
        var names = collectors.Select(collector => collector.Target.Name).ToList();
        return names.Count <= MostTargets
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(MostTargets))} and {names.Count - MostTargets} others";
    }
}
