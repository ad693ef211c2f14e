using MetricsCollector.Snapshots;

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
    public static TimeSpan LongestPair(TimeSpan interval, IReadOnlyList<Sample> samples)
    {
        var longest = interval * Intervals;
        var spacings = Spacings(samples);
        if (spacings.Count < EnoughSpacings || spacings.TrueForAll(spacing => spacing <= longest.Ticks))
        {
            return longest;
        }

        spacings.Sort();
        var median = TimeSpan.FromTicks(spacings[(spacings.Count - 1) / 2]);
        return median > interval ? median * Intervals : longest;
    }

    private static List<long> Spacings(IReadOnlyList<Sample> samples)
    {
        var spacings = new List<long>(samples.Count);
        DateTimeOffset? earlier = null;
        foreach (var (at, read) in samples)
        {
            if (read is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            if (earlier is { } before && at > before)
            {
                spacings.Add((at - before).Ticks);
            }

            earlier = at;
        }

        return spacings;
    }
}
