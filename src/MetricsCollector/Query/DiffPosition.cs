namespace MetricsCollector.Query;

/// <summary>Where a page of a diff ends.</summary>
/// <param name="From">The first instant of the range.</param>
/// <param name="To">The last.</param>
/// <param name="Skip">How many items the pages so far had.</param>
internal sealed record DiffPosition(DateTimeOffset From, DateTimeOffset To, int Skip);
