namespace MetricsCollector.Collection.Timing;

/// <summary>The clocks that the collectors of all targets share, so that one that is made again goes on where the one before was.</summary>
internal sealed class CollectorClocks(TimeProvider time)
{
    /// <summary>For schedules: moves with elapsed time alone.</summary>
    public MonotonicClock Monotonic { get; } = new(time);

    /// <summary>For snapshots.</summary>
    public SnapshotClock Snapshots { get; } = new(time);
}
