namespace MetricsCollector.Collection.Permits;

/// <summary>One permit that a collection holds; disposing of it releases it.</summary>
internal sealed class Permit : IDisposable
{
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private TimeSpan _maxHold;
    private long _since;
    private SemaphoreSlim? _free;

    /// <summary>A permit that was taken.</summary>
    /// <param name="free">The semaphore it is released to.</param>
    /// <param name="maxHold">After how long it is released in any case.</param>
    /// <param name="time">The clock.</param>
    public Permit(SemaphoreSlim free, TimeSpan maxHold, TimeProvider time)
    {
        (_free, _maxHold, _time, _since) = (free, maxHold, time, time.GetTimestamp());
        _timer = time.CreateTimer(static permit => ((Permit)permit!).HoldExpired(), this, maxHold, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Extends the hold.</summary>
    /// <param name="maxHold">After how long from now it is released in any case.</param>
    /// <returns>Whether it was still held.</returns>
    public bool Extend(TimeSpan maxHold)
    {
        lock (_lock)
        {
            if (_free is null)
            {
                return false;
            }

            (_maxHold, _since) = (maxHold, _time.GetTimestamp());
            _timer.Change(maxHold, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            Release();
        }
    }

    // A late timer means this machine is overloaded; releasing the permit would add load, so hold it for another period.
    private void HoldExpired()
    {
        lock (_lock)
        {
            var late = _time.GetElapsedTime(_since) - _maxHold;
            if (late > Punctual)
            {
                _since = _time.GetTimestamp();
                _timer.Change(_maxHold, Timeout.InfiniteTimeSpan);
            }
            else if (late > -Punctual)
            {
                Release();
            }

            // Otherwise it was extended while the timer fired, which will fire again.
        }
    }

    private void Release()
    {
        _free?.Release();
        _free = null;
    }
}
