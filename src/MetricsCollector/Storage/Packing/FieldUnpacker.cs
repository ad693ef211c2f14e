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
    public static void Unpack(short? packing, double? first, ReadOnlySpan<double> numbers, int rows, Span<double?> readings)
    {
        if (packing is not { } known)
        {
            readings.Clear();
            return;
        }

        if (known == PackedField.Constant)
        {
            readings.Fill(first);
            return;
        }

        var masks = PackedField.Masks(known, rows);
        if (known % PackedField.ScaleUnit == PackedField.Raw)
        {
            for (var i = 0; i < readings.Length; i++)
            {
                readings[i] = numbers[masks + i];
            }
        }
        else
        {
            var scale = PackedField.Scales[known / PackedField.ScaleUnit % 100];
            var integer = masks > 0 ? (long)numbers[masks] : (long)Math.Round(first!.Value * scale);
            Add(known % PackedField.ScaleUnit, numbers[(masks > 0 ? masks + 1 : 0)..], integer, scale, rows, readings);
        }

        for (var i = 0; masks > 0 && i < readings.Length; i++)
        {
            if (((long)numbers[i / PackedField.MaskBits] >> (i % PackedField.MaskBits) & 1) == 1)
            {
                readings[i] = null;
            }
        }
    }

    private static void Add(int together, ReadOnlySpan<double> numbers, long integer, double scale, int rows, Span<double?> readings)
    {
        readings[0] = integer / scale;
        var least = (long)numbers[0];
        var exceptions = numbers[(together == PackedField.AllEqual ? 1 : 1 + ((rows - 1 + together - 1) / together))..];
        var width = PackedField.Bits / together;
        var mask = (1L << width) - 1;
        var (number, next, left) = (0L, 1, together == PackedField.AllEqual ? int.MaxValue : 0);
        for (var i = 1; i < readings.Length; i++)
        {
            if (left == 0)
            {
                (number, left) = ((long)numbers[next++], together);
            }

            integer += least + (number & mask);
            number >>= width;
            left--;
            if (exceptions.Length > 0 && (int)exceptions[0] == i + 1)
            {
                integer += (long)exceptions[1];
                exceptions = exceptions[2..];
            }

            readings[i] = integer / scale;
        }
    }
}
