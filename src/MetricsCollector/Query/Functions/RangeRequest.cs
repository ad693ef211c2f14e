using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Functions;

/// <summary>What to compute from the samples of one series.</summary>
/// <param name="From">First instant, inclusive.</param>
/// <param name="To">
/// Last instant, inclusive, so that a sample read exactly now counts when the range ends now; a step that starts exactly here holds
/// that one instant, as in Prometheus.
/// </param>
/// <param name="Step">Length of a step, greater than zero; <see cref="RangeFunction.Raw"/> has no steps and ignores it.</param>
/// <param name="Function">What to compute.</param>
/// <param name="Kind">Whether a drop is a reset (counter) or a difference below zero (gauge).</param>
/// <param name="Interval">How often the metric is collected today; samples further apart than three intervals have a gap between
/// them.</param>
public sealed record RangeRequest(
    DateTimeOffset From, DateTimeOffset To, TimeSpan Step, RangeFunction Function, FieldKind Kind, TimeSpan Interval)
{
    /// <summary>The intervals at which the series was collected; where they are not known, <see cref="Interval"/>.</summary>
    public IntervalHistory Intervals { get => field ?? IntervalHistory.Always(Interval); init; }

    /// <summary>Whether 0 stands where a row was missing: a counter whose row comes back begins at 0 again, which is no reset.</summary>
    public bool AbsentIsZero { get; init; }

    /// <summary>How far behind the range <see cref="RangeFunction.Predict"/> looks.</summary>
    public TimeSpan Horizon { get; init; }

    /// <summary>The value of which <see cref="RangeFunction.Predict"/> says when it is reached; null for none.</summary>
    public double? Limit { get; init; }

    /// <summary>Whether only what follows the last fall counts, for values that something sets back now and then.</summary>
    public bool SinceLastFall { get; init; }

    /// <summary>The steps of the range.</summary>
    /// <exception cref="ArgumentException">The step is not greater than zero, or the range ends before it starts.</exception>
    public StepGrid Steps => new(From, To, Step);
}
