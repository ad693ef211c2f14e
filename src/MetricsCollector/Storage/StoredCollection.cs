using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>One stored collection, without the rows.</summary>
/// <param name="Id">UUID version 7.</param>
/// <param name="Target">Name of the watched server.</param>
/// <param name="Trigger">What started it.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Unreachable">Why the target could not be reached; null when it was.</param>
/// <param name="RoundTrips">How often the collector waited for the watched server.</param>
/// <param name="Outcomes">The outcome of every metric of the collection.</param>
public sealed record StoredCollection(
    Guid Id,
    string Target,
    CollectionTrigger Trigger,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    OutcomeStatus Status,
    string? Unreachable,
    int RoundTrips,
    IReadOnlyList<StoredOutcome> Outcomes);
