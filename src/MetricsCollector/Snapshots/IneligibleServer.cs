namespace MetricsCollector.Snapshots;

/// <summary>How the reasons of metrics begin that are not made for a server: nothing is wrong then, and nothing is to be done.</summary>
public static class IneligibleServer
{
    /// <summary>It has another version.</summary>
    public const string Version = "needs PostgreSQL ";

    /// <summary>It is a standby.</summary>
    public const string Primaries = "for primaries; ";

    /// <summary>It is a primary.</summary>
    public const string Standbys = "for standbys; ";

    private static readonly string[] All = [Version, Primaries, Standbys];

    /// <summary>Whether that is why a metric was skipped.</summary>
    public static bool Explains(Outcome outcome) =>
        outcome is { Status: OutcomeStatus.Skipped, Reason: { } reason }
        && All.Any(beginning => reason.StartsWith(beginning, StringComparison.Ordinal));
}
