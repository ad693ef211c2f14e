namespace MetricsCollector.Collection.Permits;

/// <summary>
/// How many scheduled passes work at once. A new connection costs a server many times what one at hand does, and both sides the more the more of
/// them are made together; so these come in turns, beside the passes that run as ever: a fleet that starts, or is back, all at once is let in
/// without making those late that are in.
/// </summary>
/// <param name="count">How many passes may ask at once.</param>
/// <param name="time">The clock.</param>
internal sealed class PassPlaces(int count, TimeProvider time) : IDisposable
{
    /// <summary>Of passes that ask over a connection at hand.</summary>
    public PassSlots Known { get; } = new(count, time);

    /// <summary>Of passes that connect, and then ask for the first time.</summary>
    public PassSlots Newcomers { get; } = new(Share(count), time);

    /// <summary>Of passes that connect to servers that did not answer last time: silent ones must not stand in anybody's way.</summary>
    public PassSlots Suspects { get; } = new(count, time);

    /// <summary>Changes how many there are; passes that work go on.</summary>
    /// <param name="count">How many passes may ask at once.</param>
    public void Resize(int count)
    {
        Known.Resize(count);
        Newcomers.Resize(Share(count));
        Suspects.Resize(count);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Known.Dispose();
        Newcomers.Dispose();
        Suspects.Dispose();
    }

    private static int Share(int count) => Math.Max(1, count / 8);
}
