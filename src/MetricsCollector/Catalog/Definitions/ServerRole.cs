namespace MetricsCollector.Catalog.Definitions;

/// <summary>Which servers a metric is asked of.</summary>
public enum ServerRole
{
    /// <summary>Every server.</summary>
    Any,

    /// <summary>Servers that take writes.</summary>
    Primary,

    /// <summary>Servers in recovery.</summary>
    Standby,
}
