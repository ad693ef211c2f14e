using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Functions;

/// <summary>What was computed from the samples of one series.</summary>
/// <param name="Points">One per step, at the start of the step and null where there is nothing to say; one per sample for
/// <see cref="RangeFunction.Raw"/>.</param>
/// <param name="Resets">Where the counter was reset; empty unless a counter's increases were asked for.</param>
public sealed record RangeResult(IReadOnlyList<Sample> Points, IReadOnlyList<Reset> Resets)
{
    /// <summary>The line behind a prediction; null for other functions and where there are too few samples.</summary>
    public Forecast? Forecast { get; init; }

    /// <summary>Where values are missing for more than three intervals; empty unless increases were asked for.</summary>
    public IReadOnlyList<Gap> Gaps { get; init; } = [];

    /// <summary>How long the increase of each point was seen; empty unless increases were asked for.</summary>
    internal IReadOnlyList<long> Spans { get; init; } = [];

    /// <summary>The rate of a point of an increase; null where it spans no time.</summary>
    internal double? RateOf(int point) =>
        Spans.Count == 0 || Spans[point] == 0 ? null : Points[point].Value / TimeSpan.FromTicks(Spans[point]).TotalSeconds;
}
