using System.Runtime.InteropServices;
using MetricsCollector.Storage.Packing;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>Finds the rows of snapshots in packed rows, or in what an earlier page unpacked of them.</summary>
internal sealed class PackedSnapshots
{
    private readonly Dictionary<(int TargetId, string Metric, DateTimeOffset At), List<int>> _places = [];
    private readonly List<(int Series, double?[] Readings)>[] _rows;
    private readonly DateTimeOffset _oldest, _newest;
    private readonly ReadAhead? _ahead;
    private readonly long _bytesAhead;
    private double?[] _column = [];

    /// <summary>Looks for snapshots and puts what it finds into their rows.</summary>
    /// <param name="heads">The snapshots and the places of their rows.</param>
    /// <param name="rows">Takes the rows.</param>
    /// <param name="ahead">Where the next page will ask; null when there is none.</param>
    public PackedSnapshots(
        IReadOnlyList<(SnapshotHead Head, int Place)> heads, List<(int Series, double?[] Readings)>[] rows, ReadAhead? ahead)
    {
        _rows = rows;
        foreach (var (head, place) in heads)
        {
            ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _places, (head.TargetId, head.Outcome.Metric, head.CollectedAt), out _);
            (places ??= []).Add(place);
        }

        (_oldest, _newest) = (heads.Min(one => one.Head.CollectedAt), heads.Max(one => one.Head.CollectedAt));
        _ahead = ahead;
        Unpacked = ahead?.Cache.Covering(_oldest, _newest) ?? [];

        // About as many series as a snapshot of each metric has rows.
        var series = heads
            .GroupBy(one => (one.Head.TargetId, one.Head.Outcome.Metric))
            .Sum(metric => (long)metric.Max(one => one.Head.Outcome.Rows));
        _bytesAhead = (ahead?.Cache.MaxBytesAhead ?? 0) / Math.Max(series, 1);
    }

    /// <summary>What need not be read again if it is still as it was.</summary>
    public IReadOnlyList<UnpackedRows> Unpacked { get; }

    /// <summary>Takes a packed row of <c>snapshot_rows.sql</c>.</summary>
    public void Add(NpgsqlDataReader row)
    {
        if (!row.IsDBNull(12))
        {
            var known = Unpacked[(int)row.GetInt64(12) - 1];
            _ahead!.Cache.Touch(known);
            Take(known);
            return;
        }

        var (starts, count) = (row.GetFieldValue<DateTimeOffset>(5), row.GetInt32(6));
        var times = PackedWindow.UnpackTimes(starts, row.GetInt16(7), row.GetFieldValue<double[]>(8), count);
        var packings = row.GetFieldValue<short[]>(9);
        var (first, end) = Bounds(times, packings.Length);
        var unpacked = new UnpackedRows
        {
            Series = row.GetInt32(1),
            Of = (row.GetInt32(3), row.GetString(4)),
            StartsAt = starts,
            EndsAt = times[^1],
            Packed = count,
            After = first == 0 ? DateTimeOffset.MinValue : times[first - 1],
            Before = end == count ? DateTimeOffset.MaxValue : times[end],
            Rows = [.. times[first..end].Select(at => new StoredRow(at, new double?[packings.Length]))],
        };
        if (end > first)
        {
            Fill(
                unpacked.Rows, first, packings, row.GetFieldValue<int[]>(10), row.GetFieldValue<double[]>(2),
                row.GetFieldValue<double?[]>(11), count);
        }

        _ahead?.Cache.Keep(unpacked);
        Take(unpacked);
    }

    /// <summary>The rows to unpack: those of the page, and some where the next one will ask.</summary>
    private (int First, int End) Bounds(DateTimeOffset[] times, int fields)
    {
        var (first, end) = (IndexOf(times, _oldest), IndexOf(times, _newest.AddTicks(1)));
        var more = (int)Math.Min(_bytesAhead / UnpackedRows.BytesOfRow(fields), times.Length);
        return _ahead?.Descending == true
            ? (Math.Max(Math.Min(first, end - more), 0), end)
            : (first, Math.Min(Math.Max(end, first + more), times.Length));
    }

    private static int IndexOf(DateTimeOffset[] times, DateTimeOffset at)
    {
        var index = Array.BinarySearch(times, at);
        return index < 0 ? ~index : index;
    }

    private void Take(UnpackedRows unpacked)
    {
        foreach (var (at, readings) in unpacked.Between(_oldest, _newest))
        {
            foreach (var place in _places.GetValueOrDefault((unpacked.Of.TargetId, unpacked.Of.Metric, at), []))
            {
                _rows[place].Add((unpacked.Series, readings));
            }
        }
    }

    /// <summary>Unpacks from the first packed row to the last that is wanted: each is written as its difference from the one
    /// before.</summary>
    private void Fill(StoredRow[] rows, int first, short[] packings, int[] ends, double[] numbers, double?[] summaries, int count)
    {
        if (_column.Length < first + rows.Length)
        {
            _column = new double?[count];
        }

        var column = _column.AsSpan(0, first + rows.Length);
        for (var field = 0; field < packings.Length; field++)
        {
            var start = field == 0 ? 0 : ends[field - 1];
            FieldUnpacker.Unpack(
                packings[field], summaries[field * FieldSummary.Slots], numbers.AsSpan(start, ends[field] - start), count, column);
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i].Readings[field] = column[first + i];
            }
        }
    }
}
