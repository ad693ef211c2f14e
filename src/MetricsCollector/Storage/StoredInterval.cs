namespace MetricsCollector.Storage;

/// <summary>How often a target was asked for a metric from an instant on.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Since">The first collection with this interval.</param>
/// <param name="Interval">The interval.</param>
public sealed record StoredInterval(string Target, DateTimeOffset Since, TimeSpan Interval);
