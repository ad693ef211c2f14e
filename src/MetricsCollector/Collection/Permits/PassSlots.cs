namespace MetricsCollector.Collection.Permits;

/// <summary>
/// Bounds how many passes work at once. A pass that takes longer than its patience waits for its server, which costs the collector
/// nothing: it gives its slot back, so that silent servers hold up no other. Unless this machine itself is late.
/// </summary>
/// <param name="count">How many there are.</param>
/// <param name="time">The clock.</param>
internal sealed class PassSlots(int count, TimeProvider time) : IDisposable
{
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
    public async Task<PassSlot> TakeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var free = _free;
        await free.WaitAsync(cancellationToken);
        return new PassSlot(free, patience, time);
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();
}
