using System.Runtime.InteropServices;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>The functions that look at the values whose time lies in a step, and at nothing else.</summary>
internal static class WindowFunctions
{
    public static RangeResult Evaluate(RangeRequest request, IReadOnlyList<Sample> samples)
    {
        var steps = request.Steps;
        var points = steps.EmptyPoints();
        var values = new List<double>();
        var current = 0;
        foreach (var (at, read) in samples)
        {
            if (at < request.From || at > request.To || read is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            var index = steps.IndexOf(at);
            if (index != current)
            {
                Close();
                current = index;
            }

            values.Add(value);
        }

        Close();
        return new RangeResult(points, []);

        void Close()
        {
            if (values.Count > 0)
            {
                points[current] = points[current] with { Value = Reduce(request.Function, CollectionsMarshal.AsSpan(values)) };
                values.Clear();
            }
        }
    }

    private static double Reduce(RangeFunction function, Span<double> values) => function switch
    {
        RangeFunction.Avg => Sum(values) / values.Length,
        RangeFunction.Min => Least(values),
        RangeFunction.Max => Greatest(values),
        RangeFunction.Last => values[^1],
        RangeFunction.Sum => Sum(values),
        RangeFunction.P50 => Percentile.Of(values, 0.50),
        RangeFunction.P95 => Percentile.Of(values, 0.95),
        RangeFunction.P99 => Percentile.Of(values, 0.99),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Not a function of the values of a step."),
    };

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double Least(ReadOnlySpan<double> values)
    {
        var least = values[0];
        foreach (var value in values)
        {
            least = Math.Min(least, value);
        }

        return least;
    }

    private static double Greatest(ReadOnlySpan<double> values)
    {
        var greatest = values[0];
        foreach (var value in values)
        {
            greatest = Math.Max(greatest, value);
        }

        return greatest;
    }
}
