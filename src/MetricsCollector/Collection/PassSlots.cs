namespace MetricsCollector.Collection;

/// <summary>
/// Bounds how many passes work at once. A pass that takes longer than its patience waits for its server, which costs the collector
/// nothing: it gives its slot back, so that silent servers hold up no other. Unless this machine itself is late.
/// </summary>
/// <param name="count">How many there are.</param>
/// <param name="time">The clock.</param>
internal sealed class PassSlots(int count, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(100);

    private volatile SemaphoreSlim _free = new(count);

    /// <summary>How many there are now.</summary>
    public int Count { get; private set; } = count;

    /// <summary>Changes how many there are; passes that work keep theirs.</summary>
    public void Resize(int count)
    {
        if (count != Count)
        {
            Count = count;
            _free = new SemaphoreSlim(count);
        }
    }

    /// <summary>Waits for a slot; disposing of it gives it back.</summary>
    /// <param name="patience">After how long it is given back in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IDisposable> TakeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var free = _free;
        await free.WaitAsync(cancellationToken);
        return new Slot(free, patience, time);
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();

    private sealed class Slot : IDisposable
    {
        private readonly TimeSpan _patience;
        private readonly TimeProvider _time;
        private readonly ITimer _timer;
        private SemaphoreSlim? _free;
        private long _since;

        public Slot(SemaphoreSlim free, TimeSpan patience, TimeProvider time)
        {
            (_free, _patience, _time, _since) = (free, patience, time, time.GetTimestamp());
            _timer = time.CreateTimer(static slot => ((Slot)slot!).OutOfPatience(), this, patience, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _timer.Dispose();
            GiveBack();
        }

        // A timer that comes late says that this machine is what is slow: more at once would make it slower, until nothing ends in time.
        private void OutOfPatience()
        {
            if (_time.GetElapsedTime(_since) - _patience < Punctual)
            {
                GiveBack();
                return;
            }

            _since = _time.GetTimestamp();
            _timer.Change(_patience, Timeout.InfiniteTimeSpan);
        }

        private void GiveBack() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
