namespace MetricsCollector.Collection.Permits;

/// <summary>
/// Limits how many collections run at once. A collection that holds its permit longer than allowed is waiting for its server, which costs
/// the
/// collector nothing: its permit is released, so silent servers delay no other target. Unless this machine itself is late.
/// </summary>
/// <param name="count">How many there are.</param>
/// <param name="time">The clock.</param>
internal sealed class PermitPool(int count, TimeProvider time) : IDisposable
{
    private volatile SemaphoreSlim _free = new(count);

    /// <summary>How many there are now.</summary>
    public int Count { get; private set; } = count;

    /// <summary>Changes how many there are; running collections keep theirs.</summary>
    public void Resize(int count)
    {
        if (count != Count)
        {
            Count = count;
            _free = new SemaphoreSlim(count);
        }
    }

    /// <summary>Waits for a permit; disposing of it releases it.</summary>
    /// <param name="maxHold">After how long it is released in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Permit> TakeAsync(TimeSpan maxHold, CancellationToken cancellationToken)
    {
        var free = _free;
        await free.WaitAsync(cancellationToken);
        return new Permit(free, maxHold, time);
    }

    /// <inheritdoc />
    public void Dispose() => _free.Dispose();
}
