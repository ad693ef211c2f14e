namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// How far the wall clock was moved against the timer, which nobody sets. Slow corrections of a clock are no steps. Not thread-safe: one
/// service looks.
/// </summary>
/// <param name="time">Both of them.</param>
internal sealed class WallClockSteps(TimeProvider time)
{
    /// <summary>Smaller differences between two looks are corrections, or this program that was slow between reading one and the
    /// other.</summary>
    private static readonly TimeSpan Smallest = TimeSpan.FromMinutes(1);

    private TimeSpan _ahead;
    private long _steppedAt;
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _timer = time.GetTimestamp();

    /// <summary>
    /// How far the clock is ahead of where it would be without its steps, less what it was set back since; zero when the last step ahead
    /// is longer ago than this.
    /// </summary>
    public TimeSpan AheadWithin(TimeSpan last)
    {
        var (wall, timer) = (time.GetUtcNow(), time.GetTimestamp());
        var by = wall - _wall - time.GetElapsedTime(_timer, timer);
        (_wall, _timer) = (wall, timer);
        if (by.Duration() >= Smallest)
        {
            _ahead = _ahead + by > TimeSpan.Zero ? _ahead + by : TimeSpan.Zero;
            _steppedAt = by > TimeSpan.Zero ? timer : _steppedAt;
        }

        if (time.GetElapsedTime(_steppedAt, timer) >= last)
        {
            _ahead = TimeSpan.Zero;
        }

        return _ahead;
    }
}
