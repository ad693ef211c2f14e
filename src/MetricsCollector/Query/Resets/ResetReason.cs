namespace MetricsCollector.Query.Resets;

/// <summary>Why a counter was reset.</summary>
public enum ResetReason
{
    /// <summary>It fell, and nothing says why.</summary>
    ValueDrop,

    /// <summary>Somebody reset the statistics: its <c>stats_reset</c> moved, and what else is known fits.</summary>
    StatsReset,

    /// <summary>It fell, or the server lost its statistics, when the server was restarted.</summary>
    Restart,

    /// <summary>Another server answered: what it counted before is no increase of ours, so nothing counts.</summary>
    Failover,

    /// <summary>The server went through a crash without being restarted, and lost its statistics.</summary>
    Crash,

    /// <summary>
    /// The collector, which counts itself what it samples, began anew: it was started, or could not read it. What happened since the
    /// snapshot before is not known, so nothing counts.
    /// </summary>
    SamplingRestart,
}
