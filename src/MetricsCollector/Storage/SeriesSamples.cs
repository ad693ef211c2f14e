using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>The samples of one field of one series.</summary>
/// <param name="Series">Target, metric and labels.</param>
/// <param name="Field">The field.</param>
/// <param name="Samples">In order of time.</param>
public sealed record SeriesSamples(SeriesKey Series, string Field, IReadOnlyList<Sample> Samples);
