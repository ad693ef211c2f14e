namespace MetricsCollector.Catalog.Definitions;

/// <summary>From what the collector fills the fields of a metric that has no statement.</summary>
public enum ComputedFrom
{
    /// <summary>What the collection cost.</summary>
    Pass,

    /// <summary>What was sampled between the collections.</summary>
    Sampling,
}
