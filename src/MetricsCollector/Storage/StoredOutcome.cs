using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>How one metric of a stored collection ended.</summary>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long the watched server worked on it.</param>
/// <param name="Rows">How many rows were read.</param>
/// <param name="RowsLeftOut">How many rows the metric's cap left out.</param>
public sealed record StoredOutcome(string Metric, Outcome Outcome, TimeSpan Duration, int Rows, int RowsLeftOut);
