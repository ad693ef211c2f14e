using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Packing;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Gathers the samples of one series, raw and packed: those of the window, and of those before it only the last.</summary>
/// <param name="fields">How many fields.</param>
/// <param name="before">From when on one sample before the window is kept.</param>
/// <param name="from">First instant of the window.</param>
/// <param name="to">Last instant of the window.</param>
internal sealed class SampleWindow(int fields, DateTimeOffset before, DateTimeOffset from, DateTimeOffset to)
{
    /// <summary>Columns before those of the fields, and columns of each field.</summary>
    private const int Head = 5, Each = 3;

    private readonly Sample?[] _before = new Sample?[fields];
    private readonly List<Sample>[] _samples = [.. Enumerable.Range(0, fields).Select(_ => new List<Sample>())];

    /// <summary>Takes a row of <c>samples.sql</c>.</summary>
    public void Add(NpgsqlDataReader row)
    {
        if (row.IsDBNull(2))
        {
            var at = row.GetFieldValue<DateTimeOffset>(1);
            for (var field = 0; field < fields; field++)
            {
                var column = Head + (field * Each);
                Add(field, at, row.IsDBNull(column) ? null : row.GetDouble(column));
            }
        }
        else
        {
            AddPacked(row);
        }
    }

    /// <summary>Gives what was gathered, per field and in order of time, and starts anew. Without any sample there is nothing.</summary>
    public IReadOnlyList<SeriesSamples> Take(SeriesKey series, List<(string Name, int Place)> names)
    {
        var taken = new List<SeriesSamples>(fields);
        for (var field = 0; field < fields; field++)
        {
            var samples = _samples[field];
            SortIfLate(samples);
            if (_before[field] is { } last)
            {
                samples.Insert(0, last);
            }

            if (samples.Count > 0)
            {
                taken.Add(new SeriesSamples(series, names[field].Name, samples));
            }

            (_samples[field], _before[field]) = ([], null);
        }

        return taken;
    }

    /// <summary>Late rows lie in time before the end of what was packed before they came.</summary>
    private static void SortIfLate(List<Sample> samples)
    {
        for (var i = 1; i < samples.Count; i++)
        {
            if (samples[i].At < samples[i - 1].At)
            {
                samples.Sort((a, b) => a.At.CompareTo(b.At));
                return;
            }
        }
    }

    private void AddPacked(NpgsqlDataReader row)
    {
        var rows = row.GetInt32(2);
        var times = PackedWindow.UnpackTimes(row.GetFieldValue<DateTimeOffset>(1), row.GetInt16(3), row.GetFieldValue<double[]>(4), rows);
        var readings = new double?[rows];
        for (var field = 0; field < fields; field++)
        {
            var column = Head + (field * Each);
            FieldUnpacker.Unpack(
                row.IsDBNull(column + 1) ? null : row.GetInt16(column + 1),
                row.IsDBNull(column) ? null : row.GetDouble(column),
                row.IsDBNull(column + 2) ? [] : row.GetFieldValue<double[]>(column + 2),
                rows,
                readings);
            for (var i = 0; i < rows; i++)
            {
                Add(field, times[i], readings[i]);
            }
        }
    }

    private void Add(int field, DateTimeOffset at, double? value)
    {
        if (at >= from)
        {
            if (at <= to)
            {
                _samples[field].Add(new Sample(at, value));
            }
        }
        else if (at >= before && !(_before[field]?.At > at))
        {
            _before[field] = new Sample(at, value);
        }
    }
}
