using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>Says how far apart two values may lie before something is missing between them: three intervals.</summary>
public static class GapRule
{
    /// <summary>How many intervals two values may lie apart.</summary>
    public const int Intervals = 3;

    // One distance alone may be the gap itself: from two on, the shorter of the middle ones tells how often a series is really read.
    private const int EnoughSpacings = 2;

    /// <summary>The greatest distance between two values that is no gap.</summary>
    /// <param name="interval">How often the metric should be collected.</param>
    /// <param name="samples">
    /// In order of time. Where their median spacing is longer than the interval it counts instead: a target may be set to be asked less often,
    /// and a field may have a value only now and then.
    /// </param>
    /// <param name="summaries">What stands for further samples; null for nothing.</param>
    public static TimeSpan LongestPair(TimeSpan interval, IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary>? summaries = null)
    {
        var longest = interval * Intervals;
        if (Spacings(samples, summaries ?? [], longest) is not { } spacings)
        {
            return longest;
        }

        if (spacings.Count < EnoughSpacings || spacings.TrueForAll(spacing => spacing <= longest.Ticks))
        {
            return longest;
        }

        spacings.Sort();
        var median = TimeSpan.FromTicks(spacings[(spacings.Count - 1) / 2]);
        return median > interval ? median * Intervals : longest;
    }

    /// <summary>The distances of neighbours; null when it is plain from the summaries that none is greater than the longest.</summary>
    private static List<long>? Spacings(IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries, TimeSpan longest)
    {
        var spacings = new List<long>(samples.Count);
        var far = false;
        DateTimeOffset? earlier = null;
        foreach (var (sample, summary) in Piece.Merge(samples, summaries))
        {
            if (sample.Value is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            if (earlier is { } before && sample.At > before)
            {
                spacings.Add((sample.At - before).Ticks);
                far |= sample.At - before > longest;
            }

            far |= summary?.LongestGap > longest;
            earlier = summary?.To ?? sample.At;
        }

        if (!far)
        {
            return null;
        }

        // Only now is it worth while to unpack the times of what is summarized.
        foreach (var summary in summaries.Where(summary => summary.First is { } value && double.IsFinite(value)))
        {
            for (var i = 1; i < summary.Times.Count; i++)
            {
                spacings.Add((summary.Times[i] - summary.Times[i - 1]).Ticks);
            }
        }

        return spacings;
    }
}
