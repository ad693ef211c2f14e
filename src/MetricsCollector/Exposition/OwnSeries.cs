namespace MetricsCollector.Exposition;

/// <summary>Whether the collector's own series, <c>metrics_collector_*</c>, come with those of the targets.</summary>
internal enum OwnSeries
{
    /// <summary>With them.</summary>
    On,

    /// <summary>Not.</summary>
    Off,

    /// <summary>Without them.</summary>
    Only,
}
