using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Functions;

/// <summary>
/// Says how far apart two values may lie before something is missing between them: three intervals, those of today or those that were in
/// force when the values were read.
/// </summary>
/// <remarks>
/// What was in force shows in the values themselves: a pair that is about as long as those before it, or as those behind it, was read on
/// schedule. The middle one of five tells, so that two outages in a row, with one value between them, are still two gaps.
/// </remarks>
public sealed class GapRule
{
    /// <summary>How many intervals two values may lie apart.</summary>
    public const int Intervals = 3;

    // A pair and so many of its neighbours on one side, less where there are no more. One pair alone may be the gap itself.
    private const int Neighbours = 4;

    private readonly TimeSpan _longest;
    private readonly HashSet<DateTimeOffset> _onSchedule;

    private GapRule(TimeSpan longest, HashSet<DateTimeOffset> onSchedule) => (_longest, _onSchedule) = (longest, onSchedule);

    /// <summary>Looks at the values of one series.</summary>
    /// <param name="interval">How often the metric is collected today.</param>
    /// <param name="samples">In order of time.</param>
    /// <param name="summaries">What stands for further samples; null for nothing.</param>
    public static GapRule Of(TimeSpan interval, IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary>? summaries = null)
    {
        var longest = interval * Intervals;
        var onSchedule = new HashSet<DateTimeOffset>();
        if (HasFarPair(samples, summaries ?? [], longest))
        {
            // Only now is it worth while to unpack the times of what is summarized.
            var times = Times(samples, summaries ?? []);
            var spacings = times.Zip(times.Skip(1), (earlier, later) => (later - earlier).Ticks).ToArray();
            for (var i = 0; i < spacings.Length; i++)
            {
                if (spacings[i] > longest.Ticks && spacings[i] <= Usual(spacings, i) * Intervals)
                {
                    onSchedule.Add(times[i + 1]);
                }
            }
        }

        return new GapRule(longest, onSchedule);
    }

    /// <summary>Whether something is missing between two values that follow each other.</summary>
    public bool IsGap(DateTimeOffset earlier, DateTimeOffset later) => later - earlier > _longest && !_onSchedule.Contains(later);

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

    private static bool HasFarPair(IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries, TimeSpan longest)
    {
        DateTimeOffset? earlier = null;
        foreach (var (sample, summary) in SampleOrSummary.Merge(samples, summaries))
        {
            if (sample.Value is { } value && double.IsFinite(value))
            {
                if (sample.At - earlier > longest || summary?.LongestGap > longest)
                {
                    return true;
                }

                earlier = summary?.To ?? sample.At;
            }
        }

        return false;
    }

    // Of values at the same instant the first counts: they have no spacing.
    private static DateTimeOffset[] Times(IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries) =>
        [.. SampleOrSummary.Merge(samples, summaries)
            .Where(piece => piece.Sample.Value is { } value && double.IsFinite(value))
            .SelectMany(piece => piece.Summary?.Times ?? [piece.Sample.At])
            .Distinct()];
}
