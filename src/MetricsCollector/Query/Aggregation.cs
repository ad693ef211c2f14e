namespace MetricsCollector.Query;

/// <summary>How the points of several series at one step become one.</summary>
public enum Aggregation
{
    /// <summary>Added up.</summary>
    Sum,

    /// <summary>The mean of the series that have a value.</summary>
    Avg,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The greatest.</summary>
    Max,
}
