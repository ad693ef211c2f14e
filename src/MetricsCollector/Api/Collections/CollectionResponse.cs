using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Collections;

/// <summary>A collection that ran, as the API shows it.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="Target">Name of the target.</param>
/// <param name="Trigger">What started it.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Unreachable">Why the target could not be reached; null when it was.</param>
/// <param name="RoundTrips">How often the collector waited for the watched server.</param>
/// <param name="Outcomes">How every metric of it ended.</param>
internal sealed record CollectionResponse(
    Guid Id,
    string Target,
    CollectionTrigger Trigger,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double DurationMs,
    OutcomeStatus Status,
    string? Unreachable,
    int RoundTrips,
    IReadOnlyList<MetricOutcomeResponse> Outcomes)
{
    /// <summary>Shows a stored collection.</summary>
    public static CollectionResponse From(StoredCollection collection) => new(
        collection.Id,
        collection.Target,
        collection.Trigger,
        collection.StartedAt,
        collection.FinishedAt,
        Math.Round((collection.FinishedAt - collection.StartedAt).TotalMilliseconds, 3),
        collection.Status,
        collection.Unreachable,
        collection.RoundTrips,
        [.. collection.Outcomes.Select(MetricOutcomeResponse.From)]);
}
