using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Targets;

/// <summary>A metric that cannot be read, or not whole.</summary>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Outcome">Partial, skipped or failed.</param>
/// <param name="Reason">Why, and what would mend it.</param>
/// <param name="SqlState">PostgreSQL's error code where there was one.</param>
internal sealed record CapabilityResponse(string Metric, OutcomeStatus Outcome, string? Reason, string? SqlState);
