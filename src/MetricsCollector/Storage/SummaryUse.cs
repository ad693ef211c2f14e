namespace MetricsCollector.Storage;

/// <summary>What a summary is wanted for, so that only those are given that answer it as the samples would.</summary>
public enum SummaryUse
{
    /// <summary>Nothing: every sample is wanted.</summary>
    None,

    /// <summary>The least, the greatest, the last, the sum and the count of the finite values.</summary>
    Values,

    /// <summary>Differences of neighbours: every value is there and finite, and none is far from the next.</summary>
    Differences,

    /// <summary>Increases: as <see cref="Differences"/>, and nothing tells of a reset in between.</summary>
    Increases,

    /// <summary>What was read first and last.</summary>
    FirstAndLast,
}
