
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Query;

/// <summary>
/// The same functions once more, as the words of the documentation say them: one step after the other, each over all samples, in seconds.
/// </summary>
internal static class PlainReference
{
    public static (DateTimeOffset At, double? Value)[] Points(RangeRequest request, IReadOnlyList<Sample> samples)
    {
        var step = (decimal)request.Step.TotalSeconds;
        var start = Math.Floor(Seconds(request.From) / step) * step;
        var points = new List<(DateTimeOffset, double?)>();
        for (; start <= Seconds(request.To); start += step)
        {
            var end = start + step;
            points.Add(
                (DateTimeOffset.UnixEpoch.AddSeconds((double)start), Value(
                    request, samples, at => at >= start && at < end && InRange(at))));
        }

        return [.. points];

        bool InRange(decimal at) => at >= Seconds(request.From) && at <= Seconds(request.To);
    }

    public static DateTimeOffset[] Resets(RangeRequest request, IReadOnlyList<Sample> samples) =>
        [.. Pairs(request, samples)
            .Where(pair => pair.Later.At >= request.From && pair.Later.At <= request.To && pair.Later.Value < pair.Earlier.Value)
            .Select(pair => pair.Later.At)];

    private static double? Value(RangeRequest request, IReadOnlyList<Sample> samples, Func<decimal, bool> inStep)
    {
        if (request.Function is RangeFunction.Delta or RangeFunction.Rate)
        {
            var pairs = Pairs(request, samples).Where(pair => inStep(Seconds(pair.Later.At))).ToList();
            var seconds = pairs.Sum(pair => (pair.Later.At - pair.Earlier.At).TotalSeconds);
            var delta = pairs.Sum(pair => Increase(request.Kind, pair.Earlier.Value!.Value, pair.Later.Value!.Value));
            return (pairs.Count, request.Function) switch
            {
                (0, _) => null,
                (_, RangeFunction.Rate) => delta / seconds,
                _ => delta,
            };
        }

        var values = samples
            .Where(sample => inStep(Seconds(sample.At)) && sample.Value is not null)
            .Select(sample => sample.Value!.Value)
            .ToList();
        return values.Count == 0 ? null : request.Function switch
        {
            RangeFunction.Avg => values.Average(),
            RangeFunction.Min => values.Min(),
            RangeFunction.Max => values.Max(),
            RangeFunction.Last => values.Last(),
            RangeFunction.Sum => values.Sum(),
            RangeFunction.P50 => PercentileCont(values, 50),
            RangeFunction.P95 => PercentileCont(values, 95),
            RangeFunction.P99 => PercentileCont(values, 99),
            _ => throw new ArgumentOutOfRangeException(nameof(request)),
        };
    }

    private static double Increase(FieldKind kind, double earlier, double later) =>
        kind == FieldKind.Counter && later < earlier ? later : later - earlier;

    private static IEnumerable<(Sample Earlier, Sample Later)> Pairs(RangeRequest request, IReadOnlyList<Sample> samples)
    {
        var values = samples.Where(sample => sample.Value is not null).ToList();
        var pairs = values.Zip(values.Skip(1)).ToList();
        var distances = pairs.Select(pair => (pair.Second.At - pair.First.At).TotalSeconds).ToList();
        return pairs.Where((_, place) =>
            distances[place] <= 3 * request.Interval.TotalSeconds
            || distances[place] <= 3 * MiddleOf(distances.Take(place + 1).TakeLast(5))
            || distances[place] <= 3 * MiddleOf(distances.Skip(place).Take(5)));
    }

    // Of an even number the lesser of the two in the middle; one alone says nothing.
    private static double MiddleOf(IEnumerable<double> distances) =>
        distances.Order().ToList() is { Count: > 1 } sorted ? sorted.Take((sorted.Count + 1) / 2).Last() : 0;

    // The way the SQL standard words it: row number p * (n - 1) + 1, and a share of the row behind it.
    private static double PercentileCont(List<double> values, int percent)
    {
        var sorted = values.Order().ToList();
        var hundredths = percent * (sorted.Count - 1);
        var (row, rest) = (hundredths / 100, hundredths % 100);
        return rest == 0 ? sorted[row] : (sorted[row] * (100 - rest) / 100.0) + (sorted[row + 1] * rest / 100.0);
    }

    private static decimal Seconds(DateTimeOffset at) => (decimal)(at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
}
