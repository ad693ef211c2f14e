using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Sessions;

/// <summary>The sessions of a server and who waits for whom, read in one round trip.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Sessions">The sessions.</param>
/// <param name="Waits">The edges of the tree.</param>
/// <param name="Unreachable">Why the server could not be reached; null when it was.</param>
internal sealed record ActivityReading(DateTimeOffset At, Snapshot Sessions, Snapshot Waits, string? Unreachable)
{
    /// <summary>Takes what a collection read.</summary>
    public static ActivityReading Of(CollectionRun collection) => new(
        collection.StartedAt,
        collection.Snapshots.First(snapshot => snapshot.Metric == ActivityMetrics.Sessions.Name),
        collection.Snapshots.First(snapshot => snapshot.Metric == ActivityMetrics.LockWaits),
        collection.Unreachable);
}
