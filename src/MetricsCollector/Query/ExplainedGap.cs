namespace MetricsCollector.Query;

/// <summary>A time without values, and why.</summary>
/// <param name="From">When the last value before it was read.</param>
/// <param name="To">When the first value after it was read.</param>
/// <param name="Reason">
/// How collecting ended in between; null when series of several targets became one, and behind the first gaps of an answer.
/// </param>
public sealed record ExplainedGap(DateTimeOffset From, DateTimeOffset To, string? Reason);
