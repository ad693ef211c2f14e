using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Shared;

/// <summary>The intervals that a writer has seen last, so that only changes are written.</summary>
internal sealed class KnownIntervals
{
    // A target that this writer did not write for so many intervals may have been written by another collector, with another interval.
    private const int Trusted = 3;

    private readonly Dictionary<(int Metric, int Target), (TimeSpan Interval, DateTimeOffset At)> _known = [];

    /// <summary>Whether the stored interval has to be read before a snapshot can be judged.</summary>
    public bool IsUnknown(int metric, int target, Snapshot snapshot) =>
        snapshot.Interval is not null
        && !(_known.TryGetValue((metric, target), out var known) && snapshot.CollectedAt - known.At <= known.Interval * Trusted);

    /// <summary>Takes what is stored.</summary>
    public void Learn(int metric, int target, TimeSpan interval, DateTimeOffset at) => _known[(metric, target)] = (interval, at);

    /// <summary>Takes a snapshot that is being written.</summary>
    /// <returns>Whether its interval is another one than that before, and is to be written. One that comes late changes nothing.</returns>
    public bool Changes(int metric, int target, Snapshot snapshot)
    {
        if (snapshot.Interval is not { } interval)
        {
            return false;
        }

        var isKnown = _known.TryGetValue((metric, target), out var known);
        if (isKnown && snapshot.CollectedAt < known.At)
        {
            return false;
        }

        _known[(metric, target)] = (interval, snapshot.CollectedAt);
        return !isKnown || known.Interval != interval;
    }
}
