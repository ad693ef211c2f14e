namespace MetricsCollector.Storage.Packing;

/// <summary>
/// Adds numbers without rounding, so that the order, and what was added up before, make no difference to the result: a sum of sums
/// is the sum. Keeps what does not fit into one number in further ones (J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic,
/// 1997).
/// </summary>
public sealed class ExactSum
{
    // Beyond it, sums of many could leave the range of a double on one way and not on another.
    private const double Max = 1e290;

    private readonly List<double> _parts = [];
    private double _plain;

    /// <summary>The sum, rounded once; infinite when a double cannot hold it.</summary>
    public double Value => double.IsFinite(_plain) && Rounded() is var sum && double.IsFinite(sum) ? sum : _plain;

    /// <summary>Adds a finite number.</summary>
    public void Add(double number)
    {
        _plain += number;
        var kept = 0;
        for (var i = 0; i < _parts.Count; i++)
        {
            var part = _parts[i];
            var (great, small) = Math.Abs(number) < Math.Abs(part) ? (part, number) : (number, part);
            number = great + small;
            var rest = small - (number - great);
            if (rest != 0)
            {
                _parts[kept++] = rest;
            }
        }

        _parts.RemoveRange(kept, _parts.Count - kept);
        if (number != 0)
        {
            _parts.Add(number);
        }
    }

    /// <summary>The sum as two numbers that add up to it exactly; null when two are not enough, or when they are extremely great.</summary>
    public (double High, double Low)? Split()
    {
        if (!(Math.Abs(_plain) < Max) || _parts.Exists(part => Math.Abs(part) > Max))
        {
            return null;
        }

        var rest = new ExactSum();
        _parts.ForEach(rest.Add);
        var high = rest.Value;
        rest.Add(-high);
        var low = rest.Value;
        rest.Add(-low);
        return rest._parts.Count == 0 ? (high, low) : null;
    }

    private double Rounded()
    {
        if (_parts.Count == 0)
        {
            return 0;
        }

        // From the greatest on; what lies exactly between two numbers is decided by what is left below.
        var last = _parts.Count - 1;
        var (sum, rest) = (_parts[last], 0.0);
        while (last > 0 && rest == 0)
        {
            var (great, small) = (sum, _parts[--last]);
            sum = great + small;
            rest = small - (sum - great);
        }

        if (last > 0 && (rest < 0) == (_parts[last - 1] < 0))
        {
            var doubled = rest * 2;
            var moved = sum + doubled;
            sum = doubled == moved - sum ? moved : sum;
        }

        return sum;
    }
}
