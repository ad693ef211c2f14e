namespace MetricsCollector.Storage;

/// <summary>How far apart neighbours may lie in a piece of a range.</summary>
/// <param name="From">First instant, inclusive.</param>
/// <param name="To">Last instant, inclusive.</param>
/// <param name="Longest">The longest distance.</param>
public readonly record struct GapLimit(DateTimeOffset From, DateTimeOffset To, TimeSpan Longest);
