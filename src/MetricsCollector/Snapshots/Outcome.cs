namespace MetricsCollector.Snapshots;

/// <summary>How one metric of one collection ended. Every metric of every collection has one.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Reason">Why, and what would mend it; null when <see cref="OutcomeStatus.Ok"/>.</param>
/// <param name="SqlState">PostgreSQL's five-character error code where the server gave one.</param>
public sealed record Outcome(OutcomeStatus Status, string? Reason = null, string? SqlState = null)
{
    /// <summary>Everything asked for was read.</summary>
    public static Outcome Ok { get; } = new(OutcomeStatus.Ok);

    /// <summary>Rows were read, but something is missing.</summary>
    public static Outcome Partial(string reason) => new(OutcomeStatus.Partial, reason);

    /// <summary>Not asked, on purpose.</summary>
    public static Outcome Skipped(string reason, string? sqlState = null) => new(OutcomeStatus.Skipped, reason, sqlState);

    /// <summary>Asked, and not answered.</summary>
    public static Outcome Failed(string reason, string? sqlState = null) => new(OutcomeStatus.Failed, reason, sqlState);
}
