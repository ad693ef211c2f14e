namespace MetricsCollector.Collection.Permits;

/// <summary>One slot that a pass holds; disposing of it gives it back.</summary>
internal sealed class PassSlot : IDisposable
{
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private TimeSpan _patience;
    private long _since;
    private SemaphoreSlim? _free;

    /// <summary>A slot that was taken.</summary>
    /// <param name="free">Where it goes back.</param>
    /// <param name="patience">After how long it goes back in any case.</param>
    /// <param name="time">The clock.</param>
    public PassSlot(SemaphoreSlim free, TimeSpan patience, TimeProvider time)
    {
        (_free, _patience, _time, _since) = (free, patience, time, time.GetTimestamp());
        _timer = time.CreateTimer(static slot => ((PassSlot)slot!).OutOfPatience(), this, patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keeps it for what comes next.</summary>
    /// <param name="patience">After how long from now it goes back in any case.</param>
    /// <returns>Whether it was still held.</returns>
    public bool Extend(TimeSpan patience)
    {
        lock (_lock)
        {
            if (_free is null)
            {
                return false;
            }

            (_patience, _since) = (patience, _time.GetTimestamp());
            _timer.Change(patience, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            GiveBack();
        }
    }

    // A timer that comes late says that this machine is what is slow: more at once would make it slower, until nothing ends in time.
    private void OutOfPatience()
    {
        lock (_lock)
        {
            var late = _time.GetElapsedTime(_since) - _patience;
            if (late > Punctual)
            {
                _since = _time.GetTimestamp();
                _timer.Change(_patience, Timeout.InfiniteTimeSpan);
            }
            else if (late > -Punctual)
            {
                GiveBack();
            }

            // Otherwise it was extended while the timer came, which comes again.
        }
    }

    private void GiveBack()
    {
        _free?.Release();
        _free = null;
    }
}
