using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>One series of a computed range.</summary>
/// <param name="Target">Name of the target; null when series of several targets became one.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Field">The field, and what was computed from it.</param>
/// <param name="Labels">What the series is about; when aggregated, the labels it is grouped by.</param>
/// <param name="Points">A time and a value or null, one for every step.</param>
/// <param name="Resets">When the first sample after each reset of the counter was read, and why it was reset.</param>
/// <param name="Gaps">Where values are missing for more than three intervals, and why.</param>
internal sealed record SeriesResult(
    string? Target,
    string Metric,
    FieldRange Field,
    LabelSet Labels,
    IReadOnlyList<Sample> Points,
    IReadOnlyList<Reset> Resets,
    IReadOnlyList<ExplainedGap> Gaps)
{
    /// <summary>The line behind a prediction; null for other functions and where there are too few samples.</summary>
    public Forecast? Forecast { get; init; }
}
