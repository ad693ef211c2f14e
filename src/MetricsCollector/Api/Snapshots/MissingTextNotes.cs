using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Says why rows lack the texts that describe them: another metric gives these, less often and not of every row.</summary>
internal static class MissingTextNotes
{
    /// <summary>The notes there are already, and a sentence for each target that has rows without texts; null for none at all.</summary>
    /// <param name="notes">The notes there are already; null for none.</param>
    /// <param name="metric">The metric of the rows; null when several were asked for, which have no notes.</param>
    /// <param name="catalog">All metrics.</param>
    /// <param name="collectors">The targets.</param>
    /// <param name="rows">The target of each row, and the texts that it has.</param>
    public static IReadOnlyList<string>? Add(
        IReadOnlyList<string>? notes,
        string? metric,
        MetricCatalog catalog,
        TargetCollectors collectors,
        IEnumerable<(string Target, IReadOnlyDictionary<string, string>? Texts)> rows)
    {
        if (metric is null || catalog.Metrics.FirstOrDefault(other => other.Describes == metric) is not { } describing)
        {
            return notes;
        }

        var names = string.Join(", ", describing.Attributes.Select(attribute => attribute.Name));
        List<string> all =
        [
            .. notes ?? [],
            .. rows.Where(row => row.Texts is null or { Count: 0 })
                .CountBy(row => row.Target, StringComparer.Ordinal)
                .Select(without => (Count: without.Value, Collector: collectors.Find(without.Key)))
                .Where(without => without.Collector is not null)
                .Select(without =>
                    $"{without.Count} of the rows of {without.Collector!.Target.Name} have no {names}: "
                        + $"{Reason(describing, without.Collector)}"),
        ];
        return all.Count == 0 ? null : all;
    }

    private static string Reason(MetricDefinition describing, TargetCollector collector)
    {
        if (!collector.Plan.Metrics.TryGetValue(describing.Name, out var planned))
        {
            return $"metric '{describing.Name}', which gives it, is not among the metrics of the target; add +{describing.Name} to them";
        }

        return collector.State.Outcomes.GetValueOrDefault(describing.Name) is { Status: not OutcomeStatus.Ok, Reason: { } reason }
            ? $"metric '{describing.Name}', which gives it, is not ok: {reason}"
            : $"metric '{describing.Name}' gives it every {new Duration(planned.Interval)}, and not of every row "
                + $"({describing.Summary.TrimEnd('.')}); POST /api/v1/collections reads it now";
    }
}
