using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Functions;

/// <summary>Computes the answer to a <see cref="RangeRequest"/> from the samples of one series.</summary>
/// <remarks>NULL, NaN and the infinities are no values: every function passes over them.</remarks>
public static class RangeEvaluator
{
    /// <summary>Evaluates one series.</summary>
    /// <param name="request">What to compute.</param>
    /// <param name="samples">
    /// In order of time. <see cref="RangeFunction.Delta"/> and <see cref="RangeFunction.Rate"/> also use one sample before the range;
    /// the other functions pass over what lies outside.
    /// </param>
    /// <param name="evidence">What else than the values tells of resets; null when nothing does.</param>
    /// <param name="summaries">
    /// What stands for further samples, each inside the range and one step; null for nothing. <see cref="RangeFunction.Raw"/>,
    /// <see cref="RangeFunction.Predict"/> and the percentiles cannot do with them.
    /// </param>
    /// <exception cref="ArgumentException">The step is not greater than zero, or the range ends before it starts.</exception>
    public static RangeResult Evaluate(
        RangeRequest request,
        IReadOnlyList<Sample> samples,
        ResetEvidence? evidence = null,
        IReadOnlyList<SampleSummary>? summaries = null) =>
        request.Function switch
        {
            RangeFunction.Raw => new RangeResult(
                [.. samples.Where(sample => sample.At >= request.From && sample.At <= request.To).Select(Finite)], []),
            RangeFunction.Predict => PredictFunction.Evaluate(request, samples),
            RangeFunction.Delta or RangeFunction.Rate =>
                IncreaseFunctions.Evaluate(request, samples, summaries ?? [], evidence ?? ResetEvidence.None),
            _ => WindowFunctions.Evaluate(request, samples, summaries ?? []),
        };

    /// <summary>What summaries are to say so that a function can do with them.</summary>
    public static SummaryUse UseOf(RangeRequest request) => request.Function switch
    {
        RangeFunction.Avg or RangeFunction.Min or RangeFunction.Max or RangeFunction.Last or RangeFunction.Sum => SummaryUse.Values,
        RangeFunction.Delta or RangeFunction.Rate => request.Kind == FieldKind.Counter ? SummaryUse.Increases : SummaryUse.Differences,
        _ => SummaryUse.None,
    };

    private static Sample Finite(Sample sample) =>
        sample.Value is { } value && !double.IsFinite(value) ? sample with { Value = null } : sample;
}
