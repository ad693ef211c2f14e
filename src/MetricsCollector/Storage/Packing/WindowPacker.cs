namespace MetricsCollector.Storage.Packing;

/// <summary>Packs the rows of one series.</summary>
internal static class WindowPacker
{
    /// <summary>Packs rows.</summary>
    /// <param name="rows">One or more, in order of time, each instant once; those with fewer readings than others end with NULLs.</param>
    public static PackedWindow Pack(IReadOnlyList<StoredRow> rows)
    {
        var fields = rows.Max(row => row.Readings.Length);
        var column = new double?[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            column[i] = (rows[i].At - rows[0].At).Ticks / TimeSpan.TicksPerMicrosecond / 1_000.0;
        }

        var times = new List<double?>();
        var timesPacking = FieldPacker.Pack(column, times);
        var (packings, ends, readings) = (new short[fields], new int[fields], new List<double?>());
        var (minima, maxima, sums, counts) = (new double?[fields], new double?[fields], new double?[fields], new int[fields]);
        for (var field = 0; field < fields; field++)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                column[i] = field < rows[i].Readings.Length ? rows[i].Readings[field] : null;
            }

            packings[field] = FieldPacker.Pack(column, readings);
            ends[field] = readings.Count;
            (minima[field], maxima[field], sums[field], counts[field]) = Summarize(column, packings[field] == PackedField.Constant);
        }

        return new PackedWindow
        {
            StartsAt = rows[0].At,
            EndsAt = rows[^1].At,
            Rows = rows.Count,
            TimesPacking = timesPacking,
            Times = [.. times],
            Packings = packings,
            Ends = ends,
            Readings = [.. readings],
            Firsts = Whole(rows[0].Readings, fields),
            Lasts = Whole(rows[^1].Readings, fields),
            Minima = minima,
            Maxima = maxima,
            Sums = sums,
            Counts = counts.All(count => count == rows.Count) ? null : counts,
        };
    }

    private static double?[] Whole(double?[] readings, int fields)
    {
        var whole = new double?[fields];
        readings.CopyTo(whole, 0);
        return whole;
    }

    /// <summary>What a reader can tell from the first and the last reading is left out: counters and constants fill half of a store.</summary>
    private static (double? Min, double? Max, double? Sum, int Count) Summarize(double?[] column, bool constant)
    {
        var (min, max, sum, count) = (default(double?), default(double?), default(double?), 0);
        foreach (var reading in column)
        {
            if (reading is { } value)
            {
                min = Math.Min(min ?? value, value);
                max = Math.Max(max ?? value, value);
                sum = (sum ?? 0) + value;
                count++;
            }
        }

        return (min.Equals(column[0]) ? null : min, max.Equals(column[^1]) ? null : max, constant ? null : sum, count);
    }
}
