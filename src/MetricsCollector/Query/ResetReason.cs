namespace MetricsCollector.Query;

/// <summary>Why a counter began anew.</summary>
public enum ResetReason
{
    /// <summary>It fell, and nothing says why.</summary>
    ValueDrop,

    /// <summary>Its <c>stats_reset</c> moved: somebody reset the statistics, or a crash lost them.</summary>
    StatsReset,

    /// <summary>It fell when the server was started anew.</summary>
    Restart,

    /// <summary>Another server answered: what it counted before is no increase of ours, so nothing counts.</summary>
    Failover,
}
