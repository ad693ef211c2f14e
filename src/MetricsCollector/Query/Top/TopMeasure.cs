namespace MetricsCollector.Query.Top;

/// <summary>What of a field ranks groups of series.</summary>
public enum TopMeasure
{
    /// <summary>By how much a counter grew.</summary>
    Increase,

    /// <summary>How fast a counter grew, for each second that was seen.</summary>
    Rate,

    /// <summary>The increase of a counter for each call.</summary>
    PerCall,

    /// <summary>The last value of a gauge.</summary>
    Last,
}
