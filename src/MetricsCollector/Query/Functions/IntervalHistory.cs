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
    public TimeSpan At(DateTimeOffset at) => Array.FindLast(_recorded, one => one.Since <= at)?.Interval ?? _before;

    /// <summary>The longest interval in force between two instants, both included.</summary>
    public TimeSpan Longest(DateTimeOffset from, DateTimeOffset to) =>
        _recorded.Where(one => one.Since > from && one.Since <= to).Select(one => one.Interval).Append(At(from)).Max();
}
