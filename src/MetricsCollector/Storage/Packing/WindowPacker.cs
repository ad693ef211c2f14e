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
        var longest = TimeSpan.Zero;
        for (var i = 0; i < rows.Count; i++)
        {
            column[i] = (rows[i].At - rows[0].At).Ticks / TimeSpan.TicksPerMicrosecond / 1_000.0;
            longest = i > 0 && rows[i].At - rows[i - 1].At > longest ? rows[i].At - rows[i - 1].At : longest;
        }

        var times = new List<double>();
        var timesPacking = FieldPacker.Pack(column, times);
        var (packings, ends, readings, summaries) =
            (new short[fields], new int[fields], new List<double>(), new double?[fields * FieldSummary.Slots]);
        for (var field = 0; field < fields; field++)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                column[i] = field < rows[i].Readings.Length ? rows[i].Readings[field] : null;
            }

            packings[field] = FieldPacker.Pack(column, readings);
            ends[field] = readings.Count;
            FieldSummary.Of(column).Write(packings[field], rows.Count, summaries.AsSpan(field * FieldSummary.Slots, FieldSummary.Slots));
        }

        return new PackedWindow
        {
            StartsAt = rows[0].At,
            EndsAt = rows[^1].At,
            Rows = rows.Count,
            LongestGap = (int)Math.Ceiling(longest.TotalMilliseconds),
            TimesPacking = timesPacking,
            Times = [.. times],
            Packings = packings,
            FirstAndLast = ends,
            Readings = [.. readings],
            Summaries = summaries,
        };
    }
}
