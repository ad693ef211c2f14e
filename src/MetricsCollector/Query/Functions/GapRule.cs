using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Functions;

/// <summary>
/// Says how far apart two values may lie before something is missing between them: three of the intervals that were in force.
/// </summary>
/// <remarks>
/// Older programs did not record intervals. What was in force then shows in the values themselves: a pair that is about as long as those
/// before it, or as those behind it, was read on schedule. The middle one of five tells, so that two outages in a row, with one value
/// between them, are still two gaps.
/// </remarks>
public sealed class GapRule
{
    /// <summary>How many intervals two values may lie apart.</summary>
    public const int Intervals = 3;

    // A pair and so many of its neighbours on one side, less where there are no more. One pair alone may be the gap itself.
    private const int Neighbours = 4;

    private readonly IntervalHistory _intervals;
    private readonly HashSet<DateTimeOffset> _onSchedule = [];

    private GapRule(IntervalHistory intervals) => _intervals = intervals;

    /// <summary>Looks at the values of one series.</summary>
    /// <param name="intervals">How often the metric was collected.</param>
    /// <param name="samples">In order of time.</param>
    /// <param name="summaries">What stands for further samples; null for nothing.</param>
    public static GapRule Of(IntervalHistory intervals, IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary>? summaries = null)
    {
        var rule = new GapRule(intervals);
        if (rule.HasDoubtfulPair(samples, summaries ?? []))
        {
            // Only now is it worth while to unpack the times of what is summarized.
            var times = Times(samples, summaries ?? []);
            var spacings = times.Zip(times.Skip(1), (earlier, later) => (later - earlier).Ticks).ToArray();
            for (var i = 0; i < spacings.Length && !intervals.IsRecorded(times[i]); i++)
            {
                if (rule.IsGap(times[i], times[i + 1]) && spacings[i] <= Usual(spacings, i) * Intervals)
                {
                    rule._onSchedule.Add(times[i + 1]);
                }
            }
        }

        return rule;
    }

    /// <summary>Whether something is missing between two values that follow each other.</summary>
    public bool IsGap(DateTimeOffset earlier, DateTimeOffset later) =>
        later - earlier > _intervals.Longest(earlier, later) * Intervals && !_onSchedule.Contains(later);

    /// <summary>
    /// The spacing around a pair: the middle one of it and those before it, or of it and those behind it, whichever is greater.
    /// </summary>
    private static long Usual(long[] spacings, int i) =>
        Math.Max(
            Middle(spacings.AsSpan(Math.Max(0, i - Neighbours)..(i + 1))),
            Middle(spacings.AsSpan(i..Math.Min(spacings.Length, i + Neighbours + 1))));

    private static long Middle(ReadOnlySpan<long> spacings)
    {
        if (spacings.Length < 2)
        {
            return 0;
        }

        Span<long> sorted = stackalloc long[Neighbours + 1];
        spacings.CopyTo(sorted);
        sorted = sorted[..spacings.Length];
        sorted.Sort();
        return sorted[(sorted.Length - 1) / 2];
    }

    // Of values at the same instant the first counts: they have no spacing.
    private static DateTimeOffset[] Times(IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries) =>
        [.. SampleOrSummary.Merge(samples, summaries)
            .Where(piece => piece.Sample.Value is { } value && double.IsFinite(value))
            .SelectMany(piece => piece.Summary?.Times ?? [piece.Sample.At])
            .Distinct()];

    /// <summary>Whether two values lie far apart at a time whose interval was not recorded.</summary>
    private bool HasDoubtfulPair(IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries)
    {
        DateTimeOffset? earlier = null;
        foreach (var (sample, summary) in SampleOrSummary.Merge(samples, summaries))
        {
            if (_intervals.IsRecorded(earlier ?? sample.At))
            {
                return false;
            }

            if (sample.Value is { } value && double.IsFinite(value))
            {
                if ((earlier is { } before && IsGap(before, sample.At)) || summary?.LongestGap > _intervals.At(sample.At) * Intervals)
                {
                    return true;
                }

                earlier = summary?.To ?? sample.At;
            }
        }

        return false;
    }
}
