using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>What was computed from one field of one series, or of several that became one.</summary>
/// <param name="Target">Name of the target; null when series of several targets became one.</param>
/// <param name="Labels">What the series is about.</param>
/// <param name="Field">The field, and what was computed from it.</param>
/// <param name="Result">The result.</param>
internal sealed record ComputedSeries(string? Target, LabelSet Labels, FieldRange Field, RangeResult Result);
