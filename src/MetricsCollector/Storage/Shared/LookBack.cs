namespace MetricsCollector.Storage.Shared;

/// <summary>How far before a range a store looks.</summary>
internal static class LookBack
{
    /// <summary>The first instant that counts, which is never before the first there is.</summary>
    public static DateTimeOffset Before(DateTimeOffset from, TimeSpan lookBack) =>
        from - DateTimeOffset.MinValue > lookBack ? from - lookBack : DateTimeOffset.MinValue;
}
