using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>The samples of one field of one series.</summary>
/// <param name="Series">Target, metric and labels.</param>
/// <param name="Field">The field.</param>
/// <param name="Samples">In order of time.</param>
public sealed record SeriesSamples(SeriesKey Series, string Field, IReadOnlyList<Sample> Samples)
{
    /// <summary>What stands for further samples, in order of time; no sample lies inside one, and none overlaps another.</summary>
    public IReadOnlyList<SampleSummary> Summaries { get; init; } = [];

    /// <summary>The samples, and of each summary what was read first and last, in order of time.</summary>
    public IReadOnlyList<Sample> WithEnds() => Summaries.Count == 0
        ? Samples
        : [.. Samples.Concat(Summaries.SelectMany(FirstAndLast)).OrderBy(sample => sample.At)];

    private static IEnumerable<Sample> FirstAndLast(SampleSummary summary) =>
        summary.From == summary.To
            ? [new Sample(summary.From, summary.First)]
            : [new Sample(summary.From, summary.First), new Sample(summary.To, summary.Last)];
}
