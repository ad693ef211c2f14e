namespace MetricsCollector.Query.Events;

/// <summary>What happened.</summary>
public enum EventKind
{
    /// <summary>The server stopped answering.</summary>
    TargetDown,

    /// <summary>The server answers again.</summary>
    TargetUp,

    /// <summary>The server was restarted.</summary>
    Restarted,

    /// <summary>The server went through a crash or an immediate stop, and lost its statistics.</summary>
    Crashed,

    /// <summary>The name of the target leads to another server.</summary>
    FailedOver,

    /// <summary>The standby became a primary.</summary>
    Promoted,

    /// <summary>The primary became a standby.</summary>
    Demoted,

    /// <summary>A setting has another value.</summary>
    SettingChanged,

    /// <summary>An extension was created, dropped or updated.</summary>
    ExtensionChanged,

    /// <summary>Somebody reset statistics.</summary>
    StatisticsReset,

    /// <summary>A metric that was read is read no more.</summary>
    MetricLost,

    /// <summary>A metric is read again.</summary>
    MetricBack,

    /// <summary>Nothing was collected for longer than three intervals.</summary>
    Gap,

    /// <summary>A collector started to collect the target.</summary>
    CollectorStarted,
}
