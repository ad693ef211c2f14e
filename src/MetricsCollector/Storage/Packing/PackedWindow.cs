namespace MetricsCollector.Storage.Packing;

/// <summary>The rows of one series in a window of time, packed.</summary>
internal sealed record PackedWindow
{
    /// <summary>Instant of the first row.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>Instant of the last row.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>How many rows.</summary>
    public required int Rows { get; init; }

    /// <summary>The longest time between two neighbouring rows, in milliseconds, rounded up; 0 for one row.</summary>
    public required int LongestGap { get; init; }

    /// <summary>How the times are written.</summary>
    public required short TimesPacking { get; init; }

    /// <summary>Milliseconds since the first row, packed like a field.</summary>
    public required double[] Times { get; init; }

    /// <summary>How each field is written.</summary>
    public required short[] Packings { get; init; }

    /// <summary>Where each field ends in <see cref="Readings"/>; it begins where the one before ends.</summary>
    public required int[] FirstAndLast { get; init; }

    /// <summary>Field after field.</summary>
    public required double[] Readings { get; init; }

    /// <summary>Field after field, as <see cref="FieldSummary"/> writes them.</summary>
    public required double?[] Summaries { get; init; }

    /// <summary>The rows, in order of time.</summary>
    public StoredRow[] Unpack()
    {
        var times = UnpackTimes();
        var column = new double?[Rows];
        var rows = new StoredRow[Rows];
        for (var i = 0; i < Rows; i++)
        {
            rows[i] = new StoredRow(times[i], new double?[Packings.Length]);
        }

        for (var field = 0; field < Packings.Length; field++)
        {
            var from = field == 0 ? 0 : FirstAndLast[field - 1];
            FieldUnpacker.Unpack(
                Packings[field], Summaries[field * FieldSummary.Slots], Readings.AsSpan(from, FirstAndLast[field] - from), Rows, column);
            for (var i = 0; i < Rows; i++)
            {
                rows[i].Readings[field] = column[i];
            }
        }

        return rows;
    }

    /// <summary>The instants of the rows.</summary>
    public DateTimeOffset[] UnpackTimes() => UnpackTimes(StartsAt, TimesPacking, Times, Rows);

    /// <summary>The instants of packed rows.</summary>
    public static DateTimeOffset[] UnpackTimes(DateTimeOffset startsAt, short packing, ReadOnlySpan<double> times, int rows)
    {
        var milliseconds = new double?[rows];
        FieldUnpacker.Unpack(packing, 0, times, rows, milliseconds);
        var instants = new DateTimeOffset[rows];
        for (var i = 0; i < rows; i++)
        {
            // In whole microseconds, as PostgreSQL keeps them.
            instants[i] = startsAt.AddTicks((long)Math.Round(milliseconds[i]!.Value * 1_000) * TimeSpan.TicksPerMicrosecond);
        }

        return instants;
    }
}
