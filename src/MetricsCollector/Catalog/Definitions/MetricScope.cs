namespace MetricsCollector.Catalog.Definitions;

/// <summary>How often a metric is asked on one server.</summary>
public enum MetricScope
{
    /// <summary>Once per server.</summary>
    Instance,

    /// <summary>Once in each database; the rows get the label <c>datname</c>.</summary>
    Database,
}
