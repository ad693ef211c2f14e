using MetricsCollector.Api.Collections;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Api.Targets;

/// <summary>What came of trying a target; nothing of it was stored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is: <c>host:port</c>.</param>
/// <param name="Works">Whether it answers and no metric failed.</param>
/// <param name="Reason">Why it does not work: why it does not answer, or which metrics failed; null when it works.</param>
/// <param name="Role"><c>primary</c> or <c>standby</c>; null when it does not answer.</param>
/// <param name="Version">PostgreSQL's version; null when it does not answer.</param>
/// <param name="Encrypted">Whether the connection is encrypted by TLS; null when it does not answer.</param>
/// <param name="Databases">Databases that take connections.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Outcomes">
/// How every metric ended, with the remedy where something is missing; without those that ended only because of <c>reason</c>.
/// </param>
internal sealed record TargetTestResponse(
    string Name,
    string Address,
    bool Works,
    string? Reason,
    string? Role,
    string? Version,
    bool? Encrypted,
    IReadOnlyList<string> Databases,
    double DurationMs,
    IReadOnlyList<MetricOutcomeResponse> Outcomes)
{
    /// <summary>Shows a collection that was a try.</summary>
    public static TargetTestResponse From(Target target, CollectionRun collection, ServerFacts? facts) =>
        From(target, collection, facts, collection.Unreachable ?? Failed(collection.Snapshots));

    private static TargetTestResponse From(Target target, CollectionRun collection, ServerFacts? facts, string? reason) => new(
        target.Name,
        target.Address,
        reason is null,
        reason,
        facts is null ? null : facts.InRecovery ? "standby" : "primary",
        facts?.Version,
        facts?.Encrypted,
        facts?.Databases ?? [],
        Math.Round((collection.FinishedAt - collection.StartedAt).TotalMilliseconds, 3),
        [.. collection.Snapshots
            .Where(snapshot => collection.Unreachable is null || snapshot.Outcome.Reason != collection.Unreachable)
            .Select(snapshot => new MetricOutcomeResponse(
                snapshot.Metric,
                snapshot.Outcome.Status,
                snapshot.Outcome.Reason,
                snapshot.Outcome.SqlState,
                Math.Round(snapshot.Duration.TotalMilliseconds, 3),
                snapshot.Rows.Count,
                snapshot.RowsLeftOut))]);
    // One is told whole; of several, "outcomes" has the reasons.
    private static string? Failed(IEnumerable<Snapshot> snapshots) =>
        snapshots.Where(snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed).ToList() switch
        {
            [] => null,
            [var one] => $"metric {one.Metric} failed: {one.Outcome.Reason}",
            var several => $"{several.Count} metrics failed: {string.Join(", ", several.Select(one => one.Metric))}",
        };
}
