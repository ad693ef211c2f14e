using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Functions;

/// <summary>
/// Predict: the line of least squares through the samples of the range, as <c>regr_slope</c> and <c>regr_intercept</c> of PostgreSQL
/// compute it, and its value some time behind the range.
/// </summary>
internal static class PredictFunction
{
    // Behind it no crossing is told: no line holds for so long.
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(36_525);

    public static RangeResult Evaluate(RangeRequest request, IReadOnlyList<Sample> samples)
    {
        var used = Used(request, samples);
        var at = request.To + request.Horizon;
        if (used.Count == 0 || used[0].At == used[^1].At)
        {
            return new RangeResult([new Sample(at, null)], []);
        }

        var line = Fit(used);
        return new RangeResult([new Sample(at, line.At(at))], [])
        {
            Forecast = new Forecast(
                used[0].At,
                used[^1].At,
                used.Count,
                used[^1].Value!.Value,
                line.Slope * TimeSpan.FromDays(1).TotalSeconds,
                line.RSquared,
                request.Limit is { } limit ? CrossesAt(line, limit, used[^1].At) : null),
        };
    }

    private static List<Sample> Used(RangeRequest request, IReadOnlyList<Sample> samples)
    {
        var used = new List<Sample>(samples.Count);
        foreach (var sample in samples)
        {
            if (sample.At < request.From || sample.At > request.To || sample.Value is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            if (request.SinceLastFall && used is [.., var last] && value < last.Value)
            {
                used.Clear();
            }

            used.Add(sample);
        }

        return used;
    }

    // Around the means: seconds since 1970 squared leave no digits for what differs.
    private static Line Fit(List<Sample> samples)
    {
        var origin = samples[0].At;
        var meanX = samples.Average(sample => (sample.At - origin).TotalSeconds);
        var meanY = samples.Average(sample => sample.Value!.Value);
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        foreach (var (at, value) in samples)
        {
            var (x, y) = ((at - origin).TotalSeconds - meanX, value!.Value - meanY);
            (xx, xy, yy) = (xx + (x * x), xy + (x * y), yy + (y * y));
        }

        return new Line(origin, meanX, meanY, xy / xx, yy == 0 ? null : xy * xy / (xx * yy));
    }

    private static DateTimeOffset? CrossesAt(Line line, double limit, DateTimeOffset after)
    {
        var seconds = (limit - line.At(after)) / line.Slope;
        return double.IsFinite(seconds) && seconds >= 0 && seconds <= Farthest.TotalSeconds ? after.AddSeconds(seconds) : null;
    }

    private readonly record struct Line(DateTimeOffset Origin, double MeanX, double MeanY, double Slope, double? RSquared)
    {
        public double At(DateTimeOffset at) => MeanY + (Slope * ((at - Origin).TotalSeconds - MeanX));
    }
}
