using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Rows;

/// <summary>What one database of a server answered to one metric.</summary>
/// <param name="Database">The database, whose name becomes the label <c>datname</c>; null for a metric of the whole server.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">What was read.</param>
/// <param name="Duration">How long the server worked on it.</param>
/// <param name="RowsLeftOut">How many rows the cap left out.</param>
internal sealed record MetricAnswer(string? Database, Outcome Outcome, IReadOnlyList<SnapshotRow> Rows, TimeSpan Duration, int RowsLeftOut)
{
    public static MetricAnswer Without(string? database, Outcome outcome) => new(database, outcome, [], TimeSpan.Zero, 0);
}
