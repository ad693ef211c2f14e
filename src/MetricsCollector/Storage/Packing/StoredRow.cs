namespace MetricsCollector.Storage.Packing;

/// <summary>One row of a series.</summary>
/// <param name="At">Its instant.</param>
/// <param name="Readings">One per field.</param>
internal readonly record struct StoredRow(DateTimeOffset At, double?[] Readings);
