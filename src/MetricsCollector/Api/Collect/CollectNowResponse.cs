using MetricsCollector.Api.Snapshots;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Collect;

/// <summary>A collection that was just run, with what it read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Target">The target.</param>
/// <param name="Trigger">Manual.</param>
/// <param name="StartedAt">When it started; the time of its snapshots.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Reason">Why the target could not be reached; null when it was.</param>
/// <param name="RoundTrips">How often the collector waited for the server.</param>
/// <param name="Stored">Whether it is in the store, or on disk on its way there, by now: false for a dry run, and while the store is away;
/// then it waits to be written.</param>
/// <param name="Snapshots">One per metric, with its outcome and rows.</param>
internal sealed record CollectNowResponse(
    Guid Id,
    string Target,
    CollectionTrigger Trigger,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    OutcomeStatus Status,
    string? Reason,
    int RoundTrips,
    bool Stored,
    IReadOnlyList<SnapshotResponse> Snapshots)
{
    public static CollectNowResponse From(
        CollectionRun collection, bool stored, DateTimeOffset now, Func<Snapshot, string?>? sqlOf = null) => new(
        collection.Id,
        collection.Target,
        collection.Trigger,
        collection.StartedAt,
        collection.FinishedAt,
        collection.Status,
        collection.Unreachable,
        collection.RoundTrips,
        stored,
        [.. collection.Snapshots.Select(snapshot => SnapshotResponse.From(snapshot, now) with { Sql = sqlOf?.Invoke(snapshot) })]);
}
