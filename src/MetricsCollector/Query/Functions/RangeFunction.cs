namespace MetricsCollector.Query.Functions;

/// <summary>What is computed from the samples of a step.</summary>
public enum RangeFunction
{
    /// <summary>Every sample as it was read, without steps.</summary>
    Raw,

    /// <summary>The arithmetic mean.</summary>
    Avg,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The greatest.</summary>
    Max,

    /// <summary>The newest.</summary>
    Last,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>How much it grew: the sum of the increases, of a gauge the sum of the differences.</summary>
    Delta,

    /// <summary>How fast it grew: the delta over the seconds it took.</summary>
    Rate,

    /// <summary>The median.</summary>
    P50,

    /// <summary>The 95th percentile.</summary>
    P95,

    /// <summary>The 99th percentile.</summary>
    P99,

    /// <summary>The value of the line of least squares through all samples, some time behind the range; without steps.</summary>
    Predict,
}
