namespace MetricsCollector.Storage.Packing;

/// <summary>Reads what <see cref="FieldPacker"/> wrote.</summary>
internal static class FieldUnpacker
{
    /// <summary>Fills in readings, from the first on; fewer than were packed may be asked for.</summary>
    /// <param name="packing">How they are written; null for a field that was not known when they were packed.</param>
    /// <param name="first">The first reading.</param>
    /// <param name="numbers">What was written.</param>
    /// <param name="rows">How many readings were packed.</param>
    /// <param name="readings">Takes them.</param>
    public static void Unpack(short? packing, double? first, ReadOnlySpan<double?> numbers, int rows, Span<double?> readings)
    {
        switch (packing)
        {
            case null:
                readings.Clear();
                break;
            case PackedField.Constant:
                readings.Fill(first);
                break;
            case PackedField.AsTheyWere:
                numbers[..readings.Length].CopyTo(readings);
                break;
            default:
                UnpackDifferences(packing.Value, first, numbers, rows, readings);
                break;
        }
    }

    private static void UnpackDifferences(short packing, double? first, ReadOnlySpan<double?> numbers, int rows, Span<double?> readings)
    {
        var nulls = packing >= PackedField.WithNulls;
        var scale = PackedField.Scales[packing / PackedField.ScaleUnit % 100];
        var together = packing % PackedField.ScaleUnit;
        var masks = nulls ? (rows + PackedField.MaskBits - 1) / PackedField.MaskBits : 0;
        var rest = numbers[masks..];
        var integer = nulls ? (long)rest[0]!.Value : (long)Math.Round(first!.Value * scale);
        rest = nulls ? rest[1..] : rest;
        Add(together, (long)rest[0]!.Value, rest[1..], integer, scale, readings);
        for (var i = 0; nulls && i < readings.Length; i++)
        {
            if (((long)numbers[i / PackedField.MaskBits]!.Value >> (i % PackedField.MaskBits) & 1) == 1)
            {
                readings[i] = null;
            }
        }
    }

    private static void Add(int together, long least, ReadOnlySpan<double?> numbers, long integer, double scale, Span<double?> readings)
    {
        readings[0] = integer / scale;
        var width = PackedField.Bits / together;
        var mask = (1L << width) - 1;
        var (number, next, left) = (0L, 0, together == PackedField.AllEqual ? int.MaxValue : 0);
        for (var i = 1; i < readings.Length; i++)
        {
            if (left == 0)
            {
                (number, left) = ((long)numbers[next++]!.Value, together);
            }

            integer += least + (number & mask);
            number >>= width;
            left--;
            readings[i] = integer / scale;
        }
    }
}
