namespace MetricsCollector.Storage.Delivery;

/// <summary>How long to wait before the store is tried again: doubling from half a second to half a minute.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    /// <summary>Long enough to spare a store that is starting, short enough that nobody waits long after it is back.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The wait after a failure.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="chance">A random number from 0 to 1: shortens the wait by up to a quarter, so that collectors do not come back all at
    /// once.</param>
    public static TimeSpan After(int failures, double chance)
    {
        var doubled = First * Math.Pow(2, Math.Min(failures - 1, 16));
        return (doubled < Longest ? doubled : Longest) * (1 - (chance / 4));
    }
}
