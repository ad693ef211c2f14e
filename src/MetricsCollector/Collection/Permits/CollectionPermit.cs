namespace MetricsCollector.Collection.Permits;

/// <summary>
/// The permit that one scheduled collection holds: to connect, then to run its queries. Waiting for a silent server costs nothing; running
/// queries is work on both sides, and the more run at once the slower each is.
/// </summary>
/// <param name="limiter">Where permits come from.</param>
internal sealed class CollectionPermit(ConnectionLimiter limiter) : IDisposable
{
    /// <summary>For connecting to servers that answered last time.</summary>
    public static readonly TimeSpan Connecting = TimeSpan.FromSeconds(2);

    /// <summary>For connecting to servers that did not answer: a thousand of them are tried within a usual interval.</summary>
    public static readonly TimeSpan ConnectingToUnreachable = TimeSpan.FromSeconds(1);

    /// <summary>For running queries: a fraction of the statement timeout, so that the queries running at once stay a small multiple of the
    /// permits.</summary>
    public static readonly TimeSpan Executing = TimeSpan.FromSeconds(5);

    private Permit? _held;
    private bool _unreachable;
    private bool _executing;

    /// <summary>Waits until the collection may connect.</summary>
    /// <param name="unreachable">Whether the server did not answer last time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ConnectAsync(bool unreachable, CancellationToken cancellationToken)
    {
        _unreachable = unreachable;
        _held = unreachable
            ? await limiter.Unreachable.TakeAsync(ConnectingToUnreachable, cancellationToken)
            : await limiter.NewConnections.TakeAsync(Connecting, cancellationToken);
    }

    /// <summary>Waits until the collection may run queries over the connection it opened; returns at once when it may already.</summary>
    public async Task ExecuteFirstAsync(CancellationToken cancellationToken)
    {
        if (!_executing && (_unreachable || _held?.Extend(Executing) != true))
        {
            _held?.Dispose();
            _held = await limiter.NewConnections.TakeAsync(Executing, cancellationToken);
        }

        _executing = true;
    }

    /// <summary>Waits until the collection may run queries over a connection that is open.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        _held = await limiter.Reused.TakeAsync(Executing, cancellationToken);
        _executing = true;
    }

    /// <inheritdoc />
    public void Dispose() => _held?.Dispose();
}
