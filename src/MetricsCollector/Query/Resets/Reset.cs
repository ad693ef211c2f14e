namespace MetricsCollector.Query.Resets;

/// <summary>A counter was reset.</summary>
/// <param name="At">When its first value afterwards was read.</param>
/// <param name="Reason">Why.</param>
public readonly record struct Reset(DateTimeOffset At, ResetReason Reason);
