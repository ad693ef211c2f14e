namespace MetricsCollector.Snapshots;

/// <summary>How the values of a field behave over time.</summary>
public enum FieldKind
{
    /// <summary>Only grows until it is reset; its rate is what people look at.</summary>
    Counter,

    /// <summary>Goes up and down; its value is what people look at.</summary>
    Gauge,
}
