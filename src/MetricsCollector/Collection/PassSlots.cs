namespace MetricsCollector.Collection;

/// <summary>
/// Bounds how many passes work at once. A pass that takes longer than its patience waits for its server, which costs the collector
/// nothing: it gives its slot back. Servers that did not answer last time have slots of their own, so that they hold up no other.
/// </summary>
/// <param name="count">How many there are.</param>
/// <param name="patience">How long a pass keeps one.</param>
/// <param name="time">The clock.</param>
internal sealed class PassSlots(int count, TimeSpan patience, TimeProvider time) : IDisposable
{
    /// <summary>For servers that answered: a busy collector is not told that it is free, or too much at once would slow down all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>For servers that did not answer: a thousand of them are tried within a usual interval.</summary>
    public static readonly TimeSpan LittlePatience = TimeSpan.FromSeconds(1);

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
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        var free = _free;
        await free.WaitAsync(cancellationToken);
        return new Slot(free, patience, time);
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();

    private sealed class Slot : IDisposable
    {
        private readonly ITimer _timer;
        private SemaphoreSlim? _free;

        public Slot(SemaphoreSlim free, TimeSpan patience, TimeProvider time)
        {
            _free = free;
            _timer = time.CreateTimer(static slot => ((Slot)slot!).GiveBack(), this, patience, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _timer.Dispose();
            GiveBack();
        }

        private void GiveBack() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
