namespace MetricsCollector.Snapshots;

/// <summary>How the collection of one metric, or a whole collection, ended.</summary>
public enum OutcomeStatus
{
    /// <summary>Everything asked for was read.</summary>
    Ok,

    /// <summary>Rows were read, but something is missing; the reason says what.</summary>
    Partial,

    /// <summary>Not asked, on purpose: wrong version, role, extension or privilege; the reason says which and the remedy.</summary>
    Skipped,

    /// <summary>Asked, and not answered; the reason says why.</summary>
    Failed,
}
