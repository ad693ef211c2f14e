using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>The average number of active sessions of every target, as <c>load_sampling</c> counted it.</summary>
internal static class AverageLoad
{
    private const string Metric = "load_sampling";

    private static readonly Field Active = new("active_seconds", FieldKind.Counter, "seconds", string.Empty);

    /// <summary>Reads it; targets that are not sampled are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> ReadAsync(
        ISnapshotReader reader, ServerHistory history, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var range = new RangeRequest(
            from, to, TimeSpan.FromDays(366 * 9000), RangeFunction.Rate, FieldKind.Counter, TimeSpan.FromMinutes(1));
        var query = new RangeQuery(new SeriesFilter(null, Metric), LabelGlobs.None, [new FieldRange(Active, range)], null, [])
        {
            Resets = ResetRules.Of(
                Metric, [], [Active, new Field(ResetRules.StatsReset, FieldKind.Gauge, "timestamp", string.Empty)]),
        };
        var averages = new Dictionary<string, double>(StringComparer.Ordinal);
        await foreach (var series in query.EvaluateAsync(reader, history, cancellationToken))
        {
            if (series.Result.Points[0].Value is { } average)
            {
                averages[series.Target!] = average;
            }
        }

        return averages;
    }
}
