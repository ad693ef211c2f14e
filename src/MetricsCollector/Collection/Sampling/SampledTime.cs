namespace MetricsCollector.Collection.Sampling;

/// <summary>A length of time in units of 1/1024 s: floating-point sums of such seconds are exact in any order.</summary>
/// <param name="Units">How many.</param>
internal readonly record struct SampledTime(long Units)
{
    private const int UnitsPerSecond = 1024;

    /// <summary>The time from one instant of the steady clock to another. Instants are rounded and not times, so that no error adds
    /// up.</summary>
    public static SampledTime Between(TimeSpan earlier, TimeSpan later) => new(UnitsAt(later) - UnitsAt(earlier));

    /// <summary>Two parts of it, of the same length but for one unit.</summary>
    public (SampledTime First, SampledTime Second) Halves() => (new(Units / 2), new(Units - (Units / 2)));

    /// <summary>A number of units in seconds.</summary>
    public static double Seconds(long units) => units / (double)UnitsPerSecond;

    private static long UnitsAt(TimeSpan at) => (long)(at.TotalSeconds * UnitsPerSecond);
}
