using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Functions;

/// <summary>
/// The steps of a range, aligned on multiples of the step since the Unix epoch, so that windows that move over the same time
/// agree about it. The first and the last step may lie only partly inside the range.
/// </summary>
public readonly record struct StepGrid
{
    private readonly long _first;

    /// <summary>Lays steps over a range.</summary>
    /// <exception cref="ArgumentException">The step is not greater than zero, or the range ends before it starts.</exception>
    public StepGrid(DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        Step = step;
        _first = NumberOf(from);
        Count = NumberOf(to) - _first + 1;
    }

    /// <summary>Length of a step.</summary>
    public TimeSpan Step { get; }

    /// <summary>How many steps there are, at least one.</summary>
    public long Count { get; }

    /// <summary>Which step holds an instant of the range: 0 for the first.</summary>
    public int IndexOf(DateTimeOffset at) => (int)(NumberOf(at) - _first);

    /// <summary>When a step starts; the first may start before the range.</summary>
    public DateTimeOffset StartOf(int index)
    {
        var ticks = DateTimeOffset.UnixEpoch.Ticks + ((_first + index) * Step.Ticks);
        return new DateTimeOffset(Math.Max(0, ticks), TimeSpan.Zero);
    }

    /// <summary>One point without a value for every step.</summary>
    public Sample[] EmptyPoints()
    {
        var points = new Sample[Count];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new Sample(StartOf(i), null);
        }

        return points;
    }

    private long NumberOf(DateTimeOffset at)
    {
        var (number, rest) = Math.DivRem(at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, Step.Ticks);
        return rest < 0 ? number - 1 : number;
    }
}
