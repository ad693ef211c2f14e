namespace MetricsCollector.Tests;

/// <summary>The real time, with a wall clock that can be set: timers and timestamps go on as they were.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private long _offset;

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));
}
