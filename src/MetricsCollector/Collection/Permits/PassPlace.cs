namespace MetricsCollector.Collection.Permits;

/// <summary>
/// The slot that one scheduled pass holds: to connect, and to ask. Who connects may be kept waiting by a silent server, which costs nothing;
/// who asks has both sides work, and the more do so at once the slower it is for each.
/// </summary>
/// <param name="places">The slots.</param>
internal sealed class PassPlace(PassPlaces places) : IDisposable
{
    /// <summary>For connecting to servers that answered: a busy collector is not told that it is free.</summary>
    public static readonly TimeSpan Connecting = TimeSpan.FromSeconds(2);

    /// <summary>For connecting to servers that did not answer: a thousand of them are tried within a usual interval.</summary>
    public static readonly TimeSpan ConnectingSuspects = TimeSpan.FromSeconds(1);

    /// <summary>For asking: a fraction of the time that statements may take, so that those under way at once are few times the slots.</summary>
    public static readonly TimeSpan Asking = TimeSpan.FromSeconds(5);

    private PassSlot? _held;
    private bool _suspect;
    private bool _asking;

    /// <summary>Waits until the pass may connect.</summary>
    /// <param name="suspect">Whether the server did not answer last time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ConnectAsync(bool suspect, CancellationToken cancellationToken)
    {
        _suspect = suspect;
        _held = suspect ? await places.Suspects.TakeAsync(ConnectingSuspects, cancellationToken) : await places.Newcomers.TakeAsync(Connecting, cancellationToken);
    }

    /// <summary>Waits until the pass may ask over the connection it made; at once when it may already.</summary>
    public async Task AskFirstAsync(CancellationToken cancellationToken)
    {
        if (!_asking && (_suspect || _held?.Extend(Asking) != true))
        {
            _held?.Dispose();
            _held = await places.Newcomers.TakeAsync(Asking, cancellationToken);
        }

        _asking = true;
    }

    /// <summary>Waits until the pass may ask over a connection at hand.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        _held = await places.Known.TakeAsync(Asking, cancellationToken);
        _asking = true;
    }

    /// <inheritdoc />
    public void Dispose() => _held?.Dispose();
}
