namespace MetricsCollector.Snapshots;

/// <summary>One field value at one instant.</summary>
/// <param name="At">When it was read, UTC.</param>
/// <param name="Value">What was read; null when PostgreSQL said NULL.</param>
public readonly record struct Sample(DateTimeOffset At, double? Value);
