namespace MetricsCollector.Exposition;

/// <summary>The type of a family.</summary>
internal enum FamilyType
{
    /// <summary>Only grows; its name ends in <c>_total</c>.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Not told: a counter whose name, given by postgres_exporter, does not end in <c>_total</c>.</summary>
    Untyped,
}
