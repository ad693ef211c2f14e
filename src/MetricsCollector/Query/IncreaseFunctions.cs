using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>
/// Delta and rate: sums over pairs of consecutive values. A pair belongs to the step that holds its later value, wherever the
/// earlier one lies. When a counter drops it was reset, and what it counted since is the increase. A pair across a gap counts nowhere.
/// </summary>
internal static class IncreaseFunctions
{
    public static RangeResult Evaluate(RangeRequest request, IReadOnlyList<Sample> samples)
    {
        var steps = request.Steps;
        var points = steps.EmptyPoints();
        var spans = new long[points.Length];
        var resets = new List<DateTimeOffset>();
        var longest = GapRule.LongestPair(request.Interval, samples);
        (DateTimeOffset At, double Value)? earlier = null;
        foreach (var (at, read) in samples)
        {
            if (at > request.To)
            {
                break;
            }

            if (read is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            if (earlier is { } before && at >= request.From && at - before.At <= longest)
            {
                var reset = request.Kind == FieldKind.Counter && value < before.Value;
                if (reset)
                {
                    resets.Add(at);
                }

                var index = steps.IndexOf(at);
                points[index] = points[index] with { Value = (points[index].Value ?? 0) + (reset ? Math.Max(value, 0) : value - before.Value) };
                spans[index] += (at - before.At).Ticks;
            }

            earlier = (at, value);
        }

        if (request.Function == RangeFunction.Rate)
        {
            DivideBySeconds(points, spans);
        }

        return new RangeResult(points, resets);
    }

    private static void DivideBySeconds(Sample[] points, long[] spans)
    {
        for (var i = 0; i < points.Length; i++)
        {
            // Values of the same instant span no time: they have a delta, but no rate.
            points[i] = points[i] with { Value = spans[i] == 0 ? null : points[i].Value / TimeSpan.FromTicks(spans[i]).TotalSeconds };
        }
    }
}
