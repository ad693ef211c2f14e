using MetricsCollector.Storage.Packing;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>
/// Some neighbouring rows of a packed row. What is packed never changes except by late rows, which then change how many they are: the
/// series, both ends and the number of rows say whether a packed row is still the one that these came from.
/// </summary>
internal sealed class UnpackedRows
{
    /// <summary>Its series.</summary>
    public required int Series { get; init; }

    /// <summary>The target and the metric of the series.</summary>
    public required (int TargetId, string Metric) Of { get; init; }

    /// <summary>Instant of the first row that is packed.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>Instant of the last row that is packed.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>How many rows are packed.</summary>
    public required int Packed { get; init; }

    /// <summary>Every packed row behind this instant and before <see cref="Before"/> is here.</summary>
    public required DateTimeOffset After { get; init; }

    /// <inheritdoc cref="After" />
    public required DateTimeOffset Before { get; init; }

    /// <summary>The rows, in order of time.</summary>
    public required StoredRow[] Rows { get; init; }

    /// <summary>About what it takes.</summary>
    public long Bytes => 200 + ((long)Rows.Length * (Rows is [var row, ..] ? BytesOfRow(row.Readings.Length) : 0));

    /// <summary>About what a row of so many fields takes.</summary>
    public static int BytesOfRow(int fields) => (16 * fields) + 64;

    /// <summary>Whether it has all that is packed of a range, both ends included.</summary>
    public bool Covers(DateTimeOffset from, DateTimeOffset to) => StartsAt <= to && EndsAt >= from && After < from && to < Before;

    /// <summary>The rows of a range, both ends included.</summary>
    public ReadOnlySpan<StoredRow> Between(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, end) = (IndexOf(from), IndexOf(to.AddTicks(1)));
        return Rows.AsSpan(first, end - first);
    }

    /// <summary>How many rows lie before an instant.</summary>
    private int IndexOf(DateTimeOffset at)
    {
        var (low, high) = (0, Rows.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Rows[middle].At < at ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
