using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>A row of <c>collections</c> with the name of its target, as read.</summary>
internal sealed record CollectionRow(
    Guid Id,
    string Target,
    string Trigger,
    DateTime StartedAt,
    DateTime FinishedAt,
    string Status,
    string? Unreachable,
    int RoundTrips,
    string Outcomes)
{
    /// <summary>The collection it tells of.</summary>
    public StoredCollection ToCollection() => new(
        Id,
        Target,
        StoredNames.ToTrigger(Trigger),
        new DateTimeOffset(StartedAt),
        new DateTimeOffset(FinishedAt),
        StoredNames.ToOutcome(Status),
        Unreachable,
        RoundTrips,
        OutcomeJson.Read(Outcomes, Unreachable));
}
