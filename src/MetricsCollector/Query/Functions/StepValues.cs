using System.Runtime.InteropServices;
using MetricsCollector.Storage.Packing;

namespace MetricsCollector.Query.Functions;

/// <summary>The finite values of one step, in order of time. They are added exactly, so that a summary counts as its samples
/// would.</summary>
internal sealed class StepValues(RangeFunction function)
{
    private readonly List<double> _all = [];
    private ExactSum _sum = new();
    private double _least, _greatest, _last;
    private int _count;

    /// <summary>Adds a value, or the summary of some.</summary>
    public void Add(SampleOrSummary piece)
    {
        if (piece.Summary is { } summary)
        {
            Add(summary.Min!.Value, summary.Max!.Value, summary.Last ?? double.NaN, summary.Count);
            _sum.Add(summary.Sum);
            _sum.Add(summary.SumRest);
            return;
        }

        var value = piece.Sample.Value!.Value;
        Add(value, value, value, 1);
        if (function is RangeFunction.Sum or RangeFunction.Avg)
        {
            _sum.Add(value);
        }
        else if (function is RangeFunction.P50 or RangeFunction.P95 or RangeFunction.P99)
        {
            _all.Add(value);
        }
    }

    /// <summary>What the function makes of them, null when there are none; starts over.</summary>
    public double? Take()
    {
        double? taken = _count == 0 ? null : Reduce();
        _all.Clear();
        (_sum, _count) = (new ExactSum(), 0);
        return taken;
    }

    private void Add(double least, double greatest, double last, int count)
    {
        (_least, _greatest) = _count == 0 ? (least, greatest) : (Math.Min(_least, least), Math.Max(_greatest, greatest));
        _last = last;
        _count += count;
    }

    private double Reduce() => function switch
    {
        RangeFunction.Avg => _sum.Value / _count,
        RangeFunction.Min => _least,
        RangeFunction.Max => _greatest,
        RangeFunction.Last => _last,
        RangeFunction.Sum => _sum.Value,
        RangeFunction.P50 => Percentile.Of(CollectionsMarshal.AsSpan(_all), 0.50),
        RangeFunction.P95 => Percentile.Of(CollectionsMarshal.AsSpan(_all), 0.95),
        RangeFunction.P99 => Percentile.Of(CollectionsMarshal.AsSpan(_all), 0.99),
        _ => throw new InvalidOperationException($"{function} is not a function of the values of a step."),
    };
}
