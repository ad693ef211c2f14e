using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>Which stored snapshots to give.</summary>
/// <param name="Filter">Targets, metrics and labels; rows that do not match the labels are left out, and with them snapshots that have no
/// row left.</param>
/// <param name="From">First instant, inclusive.</param>
/// <param name="To">Last instant, inclusive.</param>
/// <param name="Descending">Newest first.</param>
/// <param name="Limit">At most so many snapshots.</param>
/// <param name="After">Where the page before ended; null for the first page.</param>
public sealed record SnapshotRange(
    SeriesFilter Filter, DateTimeOffset From, DateTimeOffset To, bool Descending, int Limit, SnapshotPosition? After = null);
