using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>A row of <c>collections</c> with the name of its target, as read.</summary>
internal sealed record SqliteCollectionRow(
    byte[] Id, string Target, string Trigger, long StartedAt, long Duration, string Status, string? Unreachable, long RoundTrips,
    string Outcomes)
{
    /// <summary>The collection it tells of.</summary>
    public StoredCollection ToCollection() => new(
        new Guid(Id, bigEndian: true),
        Target,
        StoredNames.ToTrigger(Trigger),
        UnixMilliseconds.ToInstant(StartedAt),
        UnixMilliseconds.ToInstant(StartedAt).AddTicks(Duration * TimeSpan.TicksPerMicrosecond),
        StoredNames.ToOutcome(Status),
        Unreachable,
        (int)RoundTrips,
        OutcomeJson.Read(Outcomes, Unreachable));
}
