using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Series;

/// <summary>A series, as the API shows it.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Labels">What the series is about.</param>
/// <param name="Attributes">Texts that describe it, by name.</param>
/// <param name="FirstSeen">When it was first stored.</param>
/// <param name="LastSeen">
/// When it was last read. Exact while the newest snapshot of its metric has it; of a series that has ended since, up to ten minutes too
/// early.
/// </param>
internal sealed record SeriesResponse(
    string Target, string Metric, LabelSet Labels, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen)
{
    /// <summary>Shows a stored series.</summary>
    public static SeriesResponse From(StoredSeries series) =>
        new(series.Key.Target, series.Key.Metric, series.Key.Labels, series.Attributes, series.FirstSeen, series.LastSeen);
}
