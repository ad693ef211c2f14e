using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Shared;

/// <summary>How the store spells outcomes and triggers: fixed, whatever the code calls them.</summary>
internal static class StoredNames
{
    /// <summary>The stored name of an outcome.</summary>
    public static string Of(OutcomeStatus status) => status switch
    {
        OutcomeStatus.Ok => "ok",
        OutcomeStatus.Partial => "partial",
        OutcomeStatus.Skipped => "skipped",
        OutcomeStatus.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The store has no name for this outcome."),
    };

    /// <summary>The stored name of a trigger.</summary>
    public static string Of(CollectionTrigger trigger) => trigger switch
    {
        CollectionTrigger.Schedule => "schedule",
        CollectionTrigger.Manual => "manual",
        _ => throw new ArgumentOutOfRangeException(nameof(trigger), trigger, "The store has no name for this trigger."),
    };

    /// <summary>Reads a stored outcome.</summary>
    public static OutcomeStatus ToOutcome(string name) => name switch
    {
        "ok" => OutcomeStatus.Ok,
        "partial" => OutcomeStatus.Partial,
        "skipped" => OutcomeStatus.Skipped,
        "failed" => OutcomeStatus.Failed,
        _ => throw new FormatException($"The store holds an outcome '{name}', which this program does not know."),
    };

    /// <summary>Reads a stored trigger.</summary>
    public static CollectionTrigger ToTrigger(string name) => name switch
    {
        "schedule" => CollectionTrigger.Schedule,
        "manual" => CollectionTrigger.Manual,
        _ => throw new FormatException($"The store holds a trigger '{name}', which this program does not know."),
    };
}
