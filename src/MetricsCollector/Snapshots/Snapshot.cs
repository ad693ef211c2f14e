namespace MetricsCollector.Snapshots;

/// <summary>All rows of one metric from one target at one instant, with its outcome.</summary>
public sealed record Snapshot
{
    /// <summary>Name of the watched server.</summary>
    public required string Target { get; init; }

    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>The fields that <see cref="SnapshotRow.Readings"/> follow, in that order.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>When the collection asked, by the collector's clock, in whole milliseconds UTC; the same for every metric of a
    /// collection.</summary>
    public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>How long the watched server worked on it.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The rows; empty when nothing was read.</summary>
    public IReadOnlyList<SnapshotRow> Rows { get; init; } = [];

    /// <summary>How many rows the metric's cap left out.</summary>
    public int RowsLeftOut { get; init; }

    /// <summary>How often the target was asked for the metric when this was read; null for a metric that is not on its
    /// schedule.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>What else there is to say of what was read; null for nothing. It is not stored.</summary>
    public string? Note { get; init; }
}
