using MetricsCollector.Storage;

namespace MetricsCollector.Query.Functions;

/// <summary>How often one target was asked for a metric, over time.</summary>
public sealed class IntervalHistory
{
    private readonly StoredInterval[] _recorded;
    private readonly TimeSpan _before;

    private IntervalHistory(StoredInterval[] recorded, TimeSpan before) => (_recorded, _before) = (recorded, before);

    /// <summary>The instants at which it changed.</summary>
    public IEnumerable<DateTimeOffset> Changes => _recorded.Select(one => one.Since);

    /// <summary>Nothing is recorded; what is said of today is taken for always.</summary>
    public static IntervalHistory Always(TimeSpan interval) => new([], interval);

    /// <summary>What the store recorded.</summary>
    /// <param name="recorded">Of one target, at least one, in order of time.</param>
    public static IntervalHistory Of(IEnumerable<StoredInterval> recorded)
    {
        StoredInterval[] all = [.. recorded];
        return new IntervalHistory(all, all[0].Interval);
    }

    /// <summary>Whether the interval in force at an instant is known, and not only guessed from a later one.</summary>
    public bool IsRecorded(DateTimeOffset at) => _recorded.Length > 0 && at >= _recorded[0].Since;

    /// <summary>The interval in force at an instant.</summary>
    public TimeSpan At(DateTimeOffset at) => IndexOf(at) is >= 0 and var index ? _recorded[index].Interval : _before;

    /// <summary>The longest interval in force between two instants, both included.</summary>
    public TimeSpan Longest(DateTimeOffset from, DateTimeOffset to)
    {
        // Asked for every pair of samples: it allocates nothing.
        var index = IndexOf(from);
        var longest = index >= 0 ? _recorded[index].Interval : _before;
        while (++index < _recorded.Length && _recorded[index].Since <= to)
        {
            longest = _recorded[index].Interval > longest ? _recorded[index].Interval : longest;
        }

        return longest;
    }

    private int IndexOf(DateTimeOffset at)
    {
        var index = _recorded.Length - 1;
        while (index >= 0 && _recorded[index].Since > at)
        {
            index--;
        }

        return index;
    }
}
