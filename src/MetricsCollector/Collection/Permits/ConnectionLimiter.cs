namespace MetricsCollector.Collection.Permits;

/// <summary>
/// Limits how many scheduled collections run at once. Opening a connection costs far more than reusing one. New connections pass a limiter
/// of
/// their own, so a mass start does not delay connected targets.
/// </summary>
/// <param name="count">How many collections may run queries at once.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionLimiter(int count, TimeProvider time) : IDisposable
{
    /// <summary>For collections that run over a connection that is open.</summary>
    public PermitPool Reused { get; } = new(count, time);

    /// <summary>For collections that open a connection and run queries over it for the first time.</summary>
    public PermitPool NewConnections { get; } = new(Share(count), time);

    /// <summary>For collections of targets that did not answer last time: silent servers must not delay others.</summary>
    public PermitPool Unreachable { get; } = new(count, time);

    /// <summary>Changes the limits; running collections continue.</summary>
    /// <param name="count">How many collections may run queries at once.</param>
    public void Resize(int count)
    {
        Reused.Resize(count);
        NewConnections.Resize(Share(count));
        Unreachable.Resize(count);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Reused.Dispose();
        NewConnections.Dispose();
        Unreachable.Dispose();
    }

    private static int Share(int count) => Math.Max(1, count / 8);
}
