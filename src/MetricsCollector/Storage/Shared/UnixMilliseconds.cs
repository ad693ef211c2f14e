namespace MetricsCollector.Storage.Shared;

/// <summary>Instants as the file keeps them: whole milliseconds since 1970 UTC.</summary>
internal static class UnixMilliseconds
{
    /// <summary>The millisecond of an instant, or the one before it.</summary>
    public static long Floor(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    /// <summary>The millisecond of an instant, or the one after it.</summary>
    public static long Ceiling(DateTimeOffset at) => at.ToUnixTimeMilliseconds() + (at.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    /// <summary>The instant of a millisecond.</summary>
    public static DateTimeOffset ToInstant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
