using System.Runtime.InteropServices;

namespace MetricsCollector.Storage.Packing;

/// <summary>Writes the readings of one field; what comes back is the same bit for bit.</summary>
internal static class FieldPacker
{
    /// <summary>Appends what has to be written.</summary>
    /// <param name="readings">One or more readings, in order of time.</param>
    /// <param name="output">Takes the numbers.</param>
    /// <returns>How it is written, as <see cref="PackedField"/> says.</returns>
    public static short Pack(ReadOnlySpan<double?> readings, List<double> output)
    {
        if (IsConstant(readings))
        {
            return PackedField.Constant;
        }

        var flags = Flags(readings);
        var integers = new long[readings.Length];
        for (var scale = 0; scale < PackedField.Scales.Length; scale++)
        {
            if (TryScale(readings, PackedField.Scales[scale], integers))
            {
                return Differences.Of(integers) is { } differences
                    ? (short)(Write(readings, integers, differences, flags, output) + (scale * PackedField.ScaleUnit) + flags)
                    : Raw(readings, flags, output);
            }
        }

        return Raw(readings, flags, output);
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

    private static short Flags(ReadOnlySpan<double?> readings)
    {
        var (nulls, falls, before) = (false, false, default(double?));
        foreach (var reading in readings)
        {
            nulls |= reading is null;
            falls |= reading < before;
            before = reading ?? before;
        }

        return (short)((nulls ? PackedField.WithNulls : 0) + (falls ? PackedField.HasDecreases : 0));
    }

    private static short Raw(ReadOnlySpan<double?> readings, short flags, List<double> output)
    {
        WriteMasks(readings, flags, output);
        foreach (var reading in readings)
        {
            output.Add(reading ?? 0);
        }

        return (short)(PackedField.Raw + flags);
    }

    /// <summary>Makes integers; a NULL takes the reading before it, leading ones the first that is none.</summary>
    private static bool TryScale(ReadOnlySpan<double?> readings, double scale, long[] integers)
    {
        var leading = 0;
        for (var i = 0; i < readings.Length; i++)
        {
            if (readings[i] is not { } reading)
            {
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

    /// <returns>How many differences share a number.</returns>
    private static int Write(ReadOnlySpan<double?> readings, long[] integers, Differences coding, short flags, List<double> output)
    {
        WriteMasks(readings, flags, output);
        if (PackedField.HasNulls(flags))
        {
            output.Add(integers[0]);
        }

        output.Add(coding.Min);
        var exceptions = new List<double>();
        var step = coding.ValuesPerWord == PackedField.AllEqual ? integers.Length : coding.ValuesPerWord;
        for (var i = 1; i < integers.Length; i += step)
        {
            var number = 0L;
            for (var j = 0; j < step && i + j < integers.Length; j++)
            {
                var above = integers[i + j] - integers[i + j - 1] - coding.Min;
                if (above >= 0 && above >> coding.Width == 0)
                {
                    number |= above << (j * coding.Width);
                }
                else
                {
                    exceptions.Add(i + j + 1);
                    exceptions.Add(above);
                }
            }

            if (coding.ValuesPerWord != PackedField.AllEqual)
            {
                output.Add(number);
            }
        }

        output.AddRange(CollectionsMarshal.AsSpan(exceptions));
        return coding.ValuesPerWord;
    }

    private static void WriteMasks(ReadOnlySpan<double?> readings, short flags, List<double> output)
    {
        for (var i = 0; PackedField.HasNulls(flags) && i < readings.Length; i += PackedField.MaskBits)
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
