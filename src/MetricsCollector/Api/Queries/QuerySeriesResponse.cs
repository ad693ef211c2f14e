using System.Text.Json.Serialization;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Queries;

/// <summary>One series of a computed range, as the API shows it.</summary>
/// <param name="Target">Name of the target; null when series of several targets became one.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Field">Name of the field.</param>
/// <param name="Fn">What was computed from it.</param>
/// <param name="Unit">The unit of the points: that of the field, for a rate over seconds (<c>bytes/s</c>).</param>
/// <param name="Labels">What the series is about; when aggregated, the labels it is grouped by.</param>
/// <param name="Points">A time and a value or null, one for every step.</param>
/// <param name="Resets">When the first sample after each reset of the counter was read, and why it was reset.</param>
/// <param name="Gaps">Where values are missing for more than three intervals, and why.</param>
internal sealed record QuerySeriesResponse(
    string? Target,
    string Metric,
    string Field,
    RangeFunction Fn,
    string Unit,
    LabelSet Labels,
    IReadOnlyList<Sample> Points,
    IReadOnlyList<Reset> Resets,
    IReadOnlyList<GapResponse> Gaps)
{
    /// <summary>The line behind a prediction; left out for other functions and where there are too few samples.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Forecast? Forecast { get; init; }

    /// <summary>Shows a series.</summary>
    public static QuerySeriesResponse Of(SeriesResult series) => new(
        series.Target, series.Metric, series.Field.Field.Name, series.Field.Range.Function, series.Field.Unit, series.Labels,
        series.Points, series.Resets, GapResponse.Of(series.Gaps))
    {
        Forecast = series.Forecast,
    };
}
