namespace MetricsCollector.Exposition;

/// <summary>Settings of <c>/metrics</c>, section <c>Prometheus</c>.</summary>
public sealed class PrometheusOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Prometheus";

    /// <summary>
    /// Whether names of this collector's own without base units, such as <c>pg_blocking_longest_wait</c>, come beside those with them. They
    /// go
    /// with the next release. Default true. Read at start.
    /// </summary>
    public bool OldNames { get; set; } = true;
}
