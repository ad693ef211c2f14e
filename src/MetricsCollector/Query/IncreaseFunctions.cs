using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>
/// Delta and rate: sums over pairs of consecutive values. A pair belongs to the step that holds its later value, wherever the
/// earlier one lies. When a counter was reset, what it counted since is the increase. A pair across a gap or a failover counts nowhere.
/// </summary>
internal static class IncreaseFunctions
{
    public static RangeResult Evaluate(RangeRequest request, IReadOnlyList<Sample> samples, ResetEvidence evidence)
    {
        var steps = request.Steps;
        var points = steps.EmptyPoints();
        var spans = new long[points.Length];
        var resets = new List<Reset>();
        var gaps = new List<Gap>();
        var longest = GapRule.LongestPair(request.Interval, samples);
        Sample? earlier = null;
        foreach (var sample in samples)
        {
            var at = sample.At;
            if (at > request.To)
            {
                break;
            }

            if (sample.Value is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            if (earlier is { } before && at >= request.From)
            {
                if (at - before.At > longest)
                {
                    gaps.Add(new Gap(before.At, at));
                }
                else
                {
                    var reset = request.Kind == FieldKind.Counter ? evidence.Between(before, sample) : null;
                    if (reset is { } reason)
                    {
                        resets.Add(new Reset(at, reason));
                    }

                    if (reset != ResetReason.Failover)
                    {
                        var index = steps.IndexOf(at);
                        points[index] = points[index] with { Value = (points[index].Value ?? 0) + (reset is null ? value - before.Value!.Value : Math.Max(value, 0)) };
                        spans[index] += (at - before.At).Ticks;
                    }
                }
            }

            earlier = sample;
        }

        if (request.Function == RangeFunction.Rate)
        {
            DivideBySeconds(points, spans);
        }

        return new RangeResult(points, resets) { Gaps = gaps };
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
