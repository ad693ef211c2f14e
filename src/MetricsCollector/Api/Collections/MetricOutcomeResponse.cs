using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Collections;

/// <summary>How one metric of a collection ended, as the API shows it.</summary>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, and what would mend it; null when ok.</param>
/// <param name="SqlState">PostgreSQL's error code where the server gave one.</param>
/// <param name="DurationMs">How long the watched server worked on it, in milliseconds.</param>
/// <param name="Rows">How many rows were read.</param>
/// <param name="RowsLeftOut">How many rows the metric's cap left out.</param>
internal sealed record MetricOutcomeResponse(
    string Metric, OutcomeStatus Outcome, string? Reason, string? SqlState, double DurationMs, int Rows, int RowsLeftOut)
{
    /// <summary>Shows a stored outcome.</summary>
    public static MetricOutcomeResponse From(StoredOutcome outcome) => new(
        outcome.Metric,
        outcome.Outcome.Status,
        outcome.Outcome.Reason,
        outcome.Outcome.SqlState,
        Math.Round(outcome.Duration.TotalMilliseconds, 3),
        outcome.Rows,
        outcome.RowsLeftOut);
}
