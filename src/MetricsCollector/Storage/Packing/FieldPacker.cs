using System.Numerics;

namespace MetricsCollector.Storage.Packing;

/// <summary>Writes the readings of one field; what comes back is the same bit for bit.</summary>
internal static class FieldPacker
{
    /// <summary>Appends what has to be written.</summary>
    /// <param name="readings">One or more readings, in order of time.</param>
    /// <param name="output">Takes the numbers.</param>
    /// <returns>How it is written, as <see cref="PackedField"/> says.</returns>
    public static short Pack(ReadOnlySpan<double?> readings, List<double?> output)
    {
        if (IsConstant(readings))
        {
            return PackedField.Constant;
        }

        var integers = new long[readings.Length];
        for (var scale = 0; scale < PackedField.Scales.Length; scale++)
        {
            if (!TryScale(readings, PackedField.Scales[scale], integers, out var nulls))
            {
                continue;
            }

            return TryDifferences(readings, integers, nulls, output) is { } together
                ? (short)(together + (scale * PackedField.ScaleUnit) + (nulls ? PackedField.WithNulls : 0))
                : AsTheyWere(readings, output);
        }

        return AsTheyWere(readings, output);
    }

    private static bool IsConstant(ReadOnlySpan<double?> readings)
    {
        foreach (var reading in readings)
        {
            if (!Same(reading, readings[0]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Same(double? a, double? b) =>
        a.HasValue == b.HasValue && BitConverter.DoubleToInt64Bits(a ?? 0) == BitConverter.DoubleToInt64Bits(b ?? 0);

    private static short AsTheyWere(ReadOnlySpan<double?> readings, List<double?> output)
    {
        output.AddRange(readings);
        return PackedField.AsTheyWere;
    }

    /// <summary>Makes integers; a NULL takes the reading before it, leading ones the first that is none.</summary>
    private static bool TryScale(ReadOnlySpan<double?> readings, double scale, long[] integers, out bool nulls)
    {
        nulls = false;
        var leading = 0;
        for (var i = 0; i < readings.Length; i++)
        {
            if (readings[i] is not { } reading)
            {
                nulls = true;
                leading += leading == i ? 1 : 0;
                integers[i] = i == 0 ? 0 : integers[i - 1];
                continue;
            }

            var scaled = Math.Round(reading * scale);
            if (!(Math.Abs(scaled) < PackedField.MaxInteger))
            {
                return false;
            }

            integers[i] = (long)scaled;
            if (BitConverter.DoubleToInt64Bits(integers[i] / scale) != BitConverter.DoubleToInt64Bits(reading))
            {
                return false;
            }
        }

        integers.AsSpan(0, leading).Fill(integers[leading]);
        return true;
    }

    /// <summary>Writes differences above the least one; null when a double cannot hold them.</summary>
    /// <returns>How many share a number.</returns>
    private static int? TryDifferences(ReadOnlySpan<double?> readings, long[] integers, bool nulls, List<double?> output)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        for (var i = 1; i < integers.Length; i++)
        {
            var difference = integers[i] - integers[i - 1];
            (least, most) = (Math.Min(least, difference), Math.Max(most, difference));
        }

        if (Math.Abs(least) > PackedField.MaxInteger || most - least >= PackedField.MaxInteger)
        {
            return null;
        }

        if (nulls)
        {
            WriteMask(readings, output);
            output.Add(integers[0]);
        }

        output.Add(least);
        if (least == most)
        {
            return PackedField.AllEqual;
        }

        var width = 64 - BitOperations.LeadingZeroCount((ulong)(most - least));
        var together = PackedField.Bits / width;
        width = PackedField.Bits / together;
        for (var i = 1; i < integers.Length; i += together)
        {
            var number = 0L;
            for (var j = 0; j < together && i + j < integers.Length; j++)
            {
                number |= (integers[i + j] - integers[i + j - 1] - least) << (j * width);
            }

            output.Add(number);
        }

        return together;
    }

    private static void WriteMask(ReadOnlySpan<double?> readings, List<double?> output)
    {
        for (var i = 0; i < readings.Length; i += PackedField.MaskBits)
        {
            var mask = 0L;
            for (var j = 0; j < PackedField.MaskBits && i + j < readings.Length; j++)
            {
                mask |= readings[i + j].HasValue ? 0 : 1L << j;
            }

            output.Add(mask);
        }
    }
}
