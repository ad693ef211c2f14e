using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>What one field of one series is computed from.</summary>
/// <param name="Series">The series.</param>
/// <param name="Field">The field, and what is asked of it.</param>
/// <param name="Range">What is computed, with the intervals of the target.</param>
/// <param name="Samples">The samples, in order of time.</param>
/// <param name="Summaries">What stands for further samples.</param>
/// <param name="Evidence">What tells of resets.</param>
internal sealed record ReadSeries(
    SeriesKey Series,
    FieldRange Field,
    RangeRequest Range,
    IReadOnlyList<Sample> Samples,
    IReadOnlyList<SampleSummary> Summaries,
    ResetEvidence Evidence)
{
    /// <summary>Computes.</summary>
    public ComputedSeries Evaluate() =>
        new(Series.Target, Series.Labels, Field, RangeEvaluator.Evaluate(Range, Samples, Evidence, Summaries));
}
