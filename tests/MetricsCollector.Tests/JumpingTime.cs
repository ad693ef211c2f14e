using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests;

/// <summary>A time that a test moves, and whose wall clock it can set apart from its timer.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _offset;

    /// <summary>Sets the wall clock forward, or back; timers and timestamps do not move.</summary>
    public void Jump(TimeSpan by) => _offset += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    // The base would ask the wall clock.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
