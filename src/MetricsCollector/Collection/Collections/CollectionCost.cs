using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Collections;

/// <summary>What a collection cost, under the names that a computed metric may give its fields.</summary>
internal static class CollectionCost
{
    public static IReadOnlyDictionary<string, double> Of(
        IReadOnlyCollection<Snapshot> snapshots, TimeSpan duration, int roundTrips, int databases) =>
        new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["duration"] = duration.TotalMilliseconds,
            ["server_time"] = snapshots.Sum(snapshot => snapshot.Duration.TotalMilliseconds),
            ["round_trips"] = roundTrips,
            ["databases"] = databases,
            ["metrics"] = snapshots.Count,
            ["metrics_failed"] = snapshots.Count(snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed),
            ["rows"] = snapshots.Sum(snapshot => (double)snapshot.Rows.Count),
            ["samples"] = snapshots.Sum(snapshot => snapshot.Rows.Sum(row => (double)row.Readings.Count(reading => reading is not null))),
        };
}
