namespace MetricsCollector.Snapshots;

/// <summary>One row of a snapshot: one series at one instant.</summary>
/// <param name="Labels">What the row is about.</param>
/// <param name="Readings">One value per field of the snapshot, in the order of its fields; null where PostgreSQL said NULL or lacks the
/// column.</param>
/// <param name="Attributes">Texts that describe the series without identifying it, by name; null when the metric has none.</param>
public sealed record SnapshotRow(LabelSet Labels, double?[] Readings, IReadOnlyDictionary<string, string>? Attributes = null);
