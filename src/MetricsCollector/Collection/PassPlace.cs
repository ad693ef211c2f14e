namespace MetricsCollector.Collection;

/// <summary>
/// The slot that one scheduled pass holds: first to connect, then to ask. Who connects may be kept waiting by a silent server, which costs
/// nothing; who asks has both sides work, and the more do so at once the slower it is for each. So the slot to connect is given up soon, and
/// who got in waits for one to ask: a fleet that starts, or is back, all at once is let in as fast as it can be served, and does not time out.
/// </summary>
/// <param name="slots">Those of servers that answer.</param>
/// <param name="suspects">Those of servers that did not answer last time.</param>
internal sealed class PassPlace(PassSlots slots, PassSlots suspects) : IDisposable
{
    /// <summary>For connecting to servers that answered: a busy collector is not told that it is free.</summary>
    public static readonly TimeSpan Connecting = TimeSpan.FromSeconds(2);

    /// <summary>For connecting to servers that did not answer: a thousand of them are tried within a usual interval.</summary>
    public static readonly TimeSpan ConnectingSuspects = TimeSpan.FromSeconds(1);

    /// <summary>For asking: a fraction of the time that statements may take, so that those under way at once are few times the slots.</summary>
    public static readonly TimeSpan Asking = TimeSpan.FromSeconds(5);

    private IDisposable? _held;
    private bool _asking;

    /// <summary>Waits until the pass may connect.</summary>
    /// <param name="suspect">Whether the server did not answer last time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ConnectAsync(bool suspect, CancellationToken cancellationToken) =>
        _held = suspect ? await suspects.TakeAsync(ConnectingSuspects, cancellationToken) : await slots.TakeAsync(Connecting, cancellationToken);

    /// <summary>Waits until the pass may ask; at once when it may already.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (!_asking)
        {
            _held?.Dispose();
            _held = await slots.TakeAsync(Asking, cancellationToken);
            _asking = true;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _held?.Dispose();
}
