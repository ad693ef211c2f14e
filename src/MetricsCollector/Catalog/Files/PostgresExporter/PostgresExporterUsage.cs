namespace MetricsCollector.Catalog.Files.PostgresExporter;

/// <summary>What postgres_exporter makes of a column.</summary>
internal enum PostgresExporterUsage
{
    /// <summary>Nothing.</summary>
    Discard,

    /// <summary>A label.</summary>
    Label,

    /// <summary>A counter.</summary>
    Counter,

    /// <summary>A gauge.</summary>
    Gauge,

    /// <summary>A gauge: the number that a list gives to the text.</summary>
    MappedMetric,

    /// <summary>A gauge in milliseconds, of a length of time written as text.</summary>
    Duration,

    /// <summary>A histogram: arrays of buckets, which are left out, and two counters, <c>_sum</c> and <c>_count</c>.</summary>
    Histogram,
}
