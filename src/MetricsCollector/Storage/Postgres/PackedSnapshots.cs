using System.Runtime.InteropServices;
using MetricsCollector.Storage.Packing;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Finds the rows of snapshots in packed rows.</summary>
internal sealed class PackedSnapshots
{
    private readonly Dictionary<(int Target, string Metric, DateTimeOffset At), List<int>> _places = [];
    private readonly List<(int Series, double?[] Readings)>[] _rows;

    /// <summary>Looks for snapshots and puts what it finds into their rows.</summary>
    /// <param name="heads">The snapshots and the places of their rows.</param>
    /// <param name="rows">Takes the rows.</param>
    public PackedSnapshots(IEnumerable<(SnapshotHead Head, int Place)> heads, List<(int Series, double?[] Readings)>[] rows)
    {
        _rows = rows;
        foreach (var (head, place) in heads)
        {
            ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, (head.TargetId, head.Outcome.Metric, head.CollectedAt), out _);
            (places ??= []).Add(place);
        }
    }

    /// <summary>Takes a packed row of <c>snapshot_rows.sql</c>; unpacks it no further than the last row that is wanted.</summary>
    public void Add(NpgsqlDataReader row)
    {
        var (series, target, metric) = (row.GetInt32(1), row.GetInt32(3), row.GetString(4));
        var count = row.GetInt32(6);
        var times = PackedWindow.UnpackTimes(row.GetFieldValue<DateTimeOffset>(5), row.GetInt16(7), row.GetFieldValue<double[]>(8), count);
        var found = new List<(int Index, double?[] Readings)>();
        var packings = row.GetFieldValue<short[]>(9);
        for (var i = 0; i < count; i++)
        {
            foreach (var place in _places.GetValueOrDefault((target, metric, times[i]), []))
            {
                var readings = new double?[packings.Length];
                found.Add((i, readings));
                _rows[place].Add((series, readings));
            }
        }

        if (found.Count > 0)
        {
            Fill(found, packings, row.GetFieldValue<int[]>(10), row.GetFieldValue<double[]>(2), row.GetFieldValue<double?[]>(11), count);
        }
    }

    private static void Fill(List<(int Index, double?[] Readings)> found, short[] packings, int[] ends, double[] numbers, double?[] summaries, int count)
    {
        var column = new double?[found[^1].Index + 1];
        for (var field = 0; field < packings.Length; field++)
        {
            var start = field == 0 ? 0 : ends[field - 1];
            FieldUnpacker.Unpack(packings[field], summaries[field * FieldSummary.Slots], numbers.AsSpan(start, ends[field] - start), count, column);
            foreach (var (index, readings) in found)
            {
                readings[field] = column[index];
            }
        }
    }
}
