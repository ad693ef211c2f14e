namespace MetricsCollector.Storage;

/// <summary>The place of a snapshot in the order of time, target and metric; a page goes on behind it.</summary>
/// <param name="CollectedAt">Its instant.</param>
/// <param name="Target">Its target.</param>
/// <param name="Metric">Its metric.</param>
public sealed record SnapshotPosition(DateTimeOffset CollectedAt, string Target, string Metric);
