namespace MetricsCollector.Storage.Packing;

/// <summary>What is known of a packed field without its readings, and how it is stored: what follows from the rest is left out.</summary>
/// <param name="First">Reading of the first row.</param>
/// <param name="Last">Reading of the last row.</param>
/// <param name="Min">The least finite reading; null when there is none.</param>
/// <param name="Max">The greatest finite reading; null when there is none.</param>
/// <param name="Sum">Sum of the finite readings, rounded; NaN when two numbers cannot hold it exactly.</param>
/// <param name="SumRest">What <paramref name="Sum"/> lacks to be exact.</param>
/// <param name="Count">How many readings are finite.</param>
internal readonly record struct FieldSummary(double? First, double? Last, double? Min, double? Max, double Sum, double SumRest, int Count)
{
    /// <summary>Numbers stored for each field.</summary>
    public const int Slots = 7;

    /// <summary>Summarizes readings.</summary>
    public static FieldSummary Of(ReadOnlySpan<double?> readings)
    {
        var (least, greatest, sum, count) = (default(double?), default(double?), new ExactSum(), 0);
        foreach (var reading in readings)
        {
            if (reading is { } value && double.IsFinite(value))
            {
                least = Math.Min(least ?? value, value);
                greatest = Math.Max(greatest ?? value, value);
                sum.Add(value);
                count++;
            }
        }

        var (high, low) = sum.Split() ?? (double.NaN, 0);
        return new FieldSummary(readings[0], readings[^1], least, greatest, high, low, count);
    }

    /// <summary>Reads what was stored.</summary>
    /// <param name="packing">How the field is written.</param>
    /// <param name="slots">So many numbers as <see cref="Slots"/> says.</param>
    /// <param name="rows">How many rows were packed.</param>
    public static FieldSummary Read(short packing, ReadOnlySpan<double?> slots, int rows)
    {
        var first = slots[0];
        if (packing == PackedField.Constant)
        {
            if (first is not { } value || !double.IsFinite(value))
            {
                return new FieldSummary(first, first, null, null, 0, 0, 0);
            }

            var sum = value * rows;
            return new FieldSummary(
                first, first, first, first, sum, double.IsFinite(sum) ? Math.FusedMultiplyAdd(value, rows, -sum) : 0, rows);
        }

        var count = (int)(slots[6] ?? rows);
        return new FieldSummary(
            first, slots[1], count == 0 ? null : slots[2] ?? first, count == 0 ? null : slots[3] ?? slots[1], slots[4] ?? 0, slots[5] ?? 0,
            count);
    }

    /// <summary>Writes what has to be stored.</summary>
    public void Write(short packing, int rows, Span<double?> slots)
    {
        slots.Clear();
        slots[0] = First;
        if (packing != PackedField.Constant)
        {
            slots[1] = Last;
            slots[2] = Same(Min, First) ? null : Min;
            slots[3] = Same(Max, Last) ? null : Max;
            slots[4] = Sum;
            slots[5] = SumRest == 0 ? null : SumRest;
            slots[6] = Count == rows ? null : Count;
        }
    }

    // Zero has two signs.
    private static bool Same(double? a, double? b) =>
        a is { } one && b is { } other && BitConverter.DoubleToInt64Bits(one) == BitConverter.DoubleToInt64Bits(other);
}
