namespace MetricsCollector.Collection.Timing;

/// <summary>When a target that does not answer is tried again between its ticks: soon at first, then less often, at each tick in any
/// case.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The wait after a failure: doubling from a second up to the interval.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="interval">The target's shortest interval: its return is seen within it.</param>
    /// <param name="chance">A random number from 0 to 1: shortens the wait by up to a half, so that what died together is not tried
    /// together.</param>
    public static TimeSpan After(int failures, TimeSpan interval, double chance)
    {
        var doubled = First * Math.Pow(2, Math.Min(failures - 1, 20));
        return (doubled < interval ? doubled : interval) * (1 - (chance / 2));
    }
}
