using System.Runtime.CompilerServices;
using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api;

/// <summary>A checked question for a computed range.</summary>
/// <param name="Filter">Which series.</param>
/// <param name="Field">Which field.</param>
/// <param name="Range">What to compute.</param>
/// <param name="Aggregation">How series become one; null when each stays itself.</param>
/// <param name="GroupBy">What series that become one have in common.</param>
internal sealed record QueryInput(SeriesFilter Filter, Field Field, RangeRequest Range, Aggregation? Aggregation, IReadOnlyList<string> GroupBy)
{
    // A rate over seconds has another unit than what it counts.
    private string Unit => Range.Function == RangeFunction.Rate ? Field.Unit + "/s" : Field.Unit;

    private TimeSpan LookBack => Range.Function is RangeFunction.Rate or RangeFunction.Delta ? Range.Interval * GapRule.Intervals : TimeSpan.Zero;

    /// <summary>Answers with one series after the other, as the store gives them; without those that have no sample in the range.</summary>
    public IAsyncEnumerable<QuerySeriesResponse> AnswerAsync(ISnapshotReader reader, CancellationToken cancellationToken) =>
        Aggregation is { } aggregation ? AggregateAsync(aggregation, reader, cancellationToken) : EachAsync(reader, cancellationToken);

    private async IAsyncEnumerable<QuerySeriesResponse> EachAsync(ISnapshotReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (series, result) in EvaluateAsync(reader, cancellationToken))
        {
            yield return ToResponse(series.Target, series.Labels, result);
        }
    }

    private async IAsyncEnumerable<QuerySeriesResponse> AggregateAsync(
        Aggregation aggregation, ISnapshotReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var groups = new SeriesAggregation(aggregation, GroupBy);
        await foreach (var (series, result) in EvaluateAsync(reader, cancellationToken))
        {
            groups.Add(series, result);
        }

        foreach (var group in groups.Groups())
        {
            yield return ToResponse(group.Target ?? Filter.Target, group.Labels, group.Result);
        }
    }

    private async IAsyncEnumerable<(SeriesKey Series, RangeResult Result)> EvaluateAsync(
        ISnapshotReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var read in reader.ReadSamplesAsync(Filter, [Field.Name], Range.From, Range.To, LookBack, cancellationToken))
        {
            if (read.Samples is [.., var last] && last.At >= Range.From)
            {
                yield return (read.Series, RangeEvaluator.Evaluate(Range, read.Samples));
            }
        }
    }

    private QuerySeriesResponse ToResponse(string? target, LabelSet labels, RangeResult result) =>
        new(target, Filter.Metric!, Field.Name, Unit, labels, result.Points, result.Resets);
}
