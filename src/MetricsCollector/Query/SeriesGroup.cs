using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>Several series that became one.</summary>
/// <param name="Target">Their target; null unless they are grouped by it.</param>
/// <param name="Labels">The labels they are grouped by and share.</param>
/// <param name="Result">Their points, aggregated step by step, and the resets of all of them.</param>
public sealed record SeriesGroup(string? Target, LabelSet Labels, RangeResult Result);
