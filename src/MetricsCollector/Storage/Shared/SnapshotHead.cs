using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Shared;

/// <summary>A stored snapshot without its rows.</summary>
/// <param name="TargetId">The store's number of its target.</param>
/// <param name="Target">Its target.</param>
/// <param name="CollectedAt">Its instant.</param>
/// <param name="Outcome">Its metric, and how it ended.</param>
internal sealed record SnapshotHead(int TargetId, string Target, DateTimeOffset CollectedAt, StoredOutcome Outcome)
{
    /// <summary>Its place among others.</summary>
    public SnapshotPosition Position => new(CollectedAt, Target, Outcome.Metric);

    /// <summary>Puts a snapshot together.</summary>
    public Snapshot With(IReadOnlyList<string> fields, IReadOnlyList<SnapshotRow> rows) => new()
    {
        Target = Target,
        Metric = Outcome.Metric,
        Fields = fields,
        CollectedAt = CollectedAt,
        Duration = Outcome.Duration,
        Outcome = Outcome.Outcome,
        Rows = rows,
        RowsLeftOut = Outcome.RowsLeftOut,
    };
}
