using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Targets;

/// <summary>The last collection from a target.</summary>
/// <param name="Id">Its id; <c>/api/v1/collections/{id}</c> has the rest.</param>
/// <param name="Trigger">What started it.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Status">How it ended.</param>
internal sealed record LastCollectionResponse(
    Guid Id, CollectionTrigger Trigger, DateTimeOffset StartedAt, double DurationMs, OutcomeStatus Status)
{
    public static LastCollectionResponse? From(CollectionRun? collection) =>
        collection is null ? null : new(
            collection.Id,
            collection.Trigger,
            collection.StartedAt,
            Math.Round((collection.FinishedAt - collection.StartedAt).TotalMilliseconds, 3),
            collection.Status);
}
