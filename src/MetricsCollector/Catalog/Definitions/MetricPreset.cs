namespace MetricsCollector.Catalog.Definitions;

/// <summary>A choice of metrics; each has those of the smaller ones.</summary>
public enum MetricPreset
{
    /// <summary>What an alert needs: alive, sessions, blocking, throughput, checkpoints, replication.</summary>
    Minimal,

    /// <summary>What an engineer wants to have had when something went wrong. The default.</summary>
    Standard,

    /// <summary>Everything there is.</summary>
    Exhaustive,
}
