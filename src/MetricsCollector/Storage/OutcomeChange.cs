using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>A metric of a target ended otherwise than the time before.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="At">When the collection started.</param>
/// <param name="Before">When the collection before it that had the metric started; null where none is known.</param>
/// <param name="Outcome">How it ended; where the target was not reached, with that as the reason.</param>
/// <param name="IsUnreachable">Whether the target was not reached.</param>
public sealed record OutcomeChange(
    string Target, string Metric, DateTimeOffset At, DateTimeOffset? Before, Outcome Outcome, bool IsUnreachable);
