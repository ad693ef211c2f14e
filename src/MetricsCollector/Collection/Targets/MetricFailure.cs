using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Collection.Targets;

/// <summary>A metric that was not answered in its last collections, while its server was there.</summary>
/// <param name="Since">When the first of these collections began.</param>
/// <param name="CollectedAt">When the last one began.</param>
/// <param name="Times">How many they are.</param>
/// <param name="Outcome">How the last one ended.</param>
/// <param name="FromTheFirst">Whether the metric was refused by the server when it was asked for the first time.</param>
public sealed record MetricFailure(DateTimeOffset Since, DateTimeOffset CollectedAt, int Times, Outcome Outcome, bool FromTheFirst)
{
    /// <summary>
    /// Whether it will last, as far as one can know: it failed twice in a row, or has never been answered. A lock or a slow moment
    /// collections.
    /// </summary>
    public bool IsLasting => Times > 1 || FromTheFirst;

    /// <summary>The failures after one more reading of each metric.</summary>
    /// <param name="before">The failures before.</param>
    /// <param name="outcomes">The metrics that were asked before, with their outcomes.</param>
    /// <param name="snapshots">What was read now.</param>
    internal static IReadOnlyDictionary<string, MetricFailure> After(
        IReadOnlyDictionary<string, MetricFailure> before, IReadOnlyDictionary<string, Outcome> outcomes, IReadOnlyList<Snapshot> snapshots)
    {
        var failures = new Dictionary<string, MetricFailure>(before, StringComparer.Ordinal);
        foreach (var snapshot in snapshots)
        {
            if (snapshot.Outcome.Status != OutcomeStatus.Failed)
            {
                failures.Remove(snapshot.Metric);
            }
            else if (!failures.TryGetValue(snapshot.Metric, out var known))
            {
                failures[snapshot.Metric] = new MetricFailure(
                    snapshot.CollectedAt, snapshot.CollectedAt, 1, snapshot.Outcome,
                    !outcomes.ContainsKey(snapshot.Metric) && IsRefusal(snapshot.Outcome));
            }
            else if (snapshot.CollectedAt > known.CollectedAt)
            {
                failures[snapshot.Metric] = known with
                {
                    CollectedAt = snapshot.CollectedAt,
                    Times = known.Times + 1,
                    Outcome = snapshot.Outcome,
                };
            }
        }

        return failures;
    }

    private static bool IsRefusal(Outcome outcome) =>
        outcome.SqlState is not (null or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable);
}
