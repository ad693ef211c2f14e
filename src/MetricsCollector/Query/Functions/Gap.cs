namespace MetricsCollector.Query.Functions;

/// <summary>A time without values that is longer than three intervals.</summary>
/// <param name="From">When the last value before it was read.</param>
/// <param name="To">When the first value after it was read.</param>
public readonly record struct Gap(DateTimeOffset From, DateTimeOffset To);
