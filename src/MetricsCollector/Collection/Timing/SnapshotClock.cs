namespace MetricsCollector.Collection.Timing;

/// <summary>
/// The time that snapshots carry: the wall clock, except that it never goes back. When the wall clock steps back this one goes on, one
/// percent slower than elapsed time, until the wall clock has caught up: intervals stay right, and rates with them. It follows steps
/// forward at once. Thread-safe.
/// </summary>
internal sealed class SnapshotClock(TimeProvider time)
{
    /// <summary>Further ahead it follows the wall clock down after all: the store has no room for the more distant future.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromHours(2);

    private const double Pace = 0.99;

    private readonly Lock _lock = new();
    private DateTimeOffset _last = time.GetUtcNow();
    private long _timestamp = time.GetTimestamp();

    /// <summary>Now.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                Advance();
                return _last;
            }
        }
    }

    /// <summary>How far it is ahead of the wall clock.</summary>
    public TimeSpan Ahead
    {
        get
        {
            var ahead = Now - time.GetUtcNow();
            return ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
        }
    }

    /// <summary>Something was already stored with this time, perhaps by another program with another clock: go on from there.</summary>
    public void NotBefore(DateTimeOffset stored)
    {
        lock (_lock)
        {
            Advance();
            if (stored > _last && stored - time.GetUtcNow() <= MostAhead)
            {
                _last = stored;
            }
        }
    }

    private void Advance()
    {
        var timestamp = time.GetTimestamp();
        var wall = time.GetUtcNow();
        var steady = _last + (time.GetElapsedTime(_timestamp, timestamp) * Pace);
        _last = wall >= steady || steady - wall > MostAhead ? wall : steady;
        _timestamp = timestamp;
    }
}
