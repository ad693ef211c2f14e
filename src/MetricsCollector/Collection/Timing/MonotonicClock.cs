namespace MetricsCollector.Collection.Timing;

/// <summary>The wall clock as it was at the start, moved on by elapsed time: no step of the wall clock stops or floods a
/// schedule.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _timestamp = time.GetTimestamp();

    public DateTimeOffset Now => _start + time.GetElapsedTime(_timestamp);
}
