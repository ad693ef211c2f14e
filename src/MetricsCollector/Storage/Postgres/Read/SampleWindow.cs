using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Packing;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>Gathers the samples and summaries of one series, raw and packed: those of the window, and of the samples before it only the
/// last.</summary>
/// <param name="fields">How many fields.</param>
/// <param name="before">From when on one sample before the window is kept.</param>
/// <param name="from">First instant of the window.</param>
/// <param name="to">Last instant of the window.</param>
internal sealed class SampleWindow(int fields, DateTimeOffset before, DateTimeOffset from, DateTimeOffset to)
{
    /// <summary>Columns before those of the fields, and columns of each field.</summary>
    private const int Head = 7, Each = 4;

    private readonly Sample?[] _before = new Sample?[fields];
    private readonly List<Sample>[] _samples = [.. Enumerable.Range(0, fields).Select(_ => new List<Sample>())];
    private readonly List<SampleSummary>[] _summaries = [.. Enumerable.Range(0, fields).Select(_ => new List<SampleSummary>())];
    private double?[] _readings = [];

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

    /// <summary>
    /// Gives what was gathered, per field and in order of time, and starts over. Without any sample there is nothing. Null when late rows
    /// lie
    /// inside a summary, which then does not say what is between them.
    /// </summary>
    public IReadOnlyList<SeriesSamples>? Take(SeriesKey series, IReadOnlyList<(string Name, int Place)> names)
    {
        var taken = new List<SeriesSamples>(fields);
        var overlap = false;
        for (var field = 0; field < fields; field++)
        {
            var (samples, summaries) = (_samples[field], _summaries[field]);
            SortIfLate(samples);
            if (_before[field] is { } last)
            {
                samples.Insert(0, last);
            }

            overlap |= summaries.Count > 0 && Overlap(samples, summaries);
            if (samples.Count + summaries.Count > 0)
            {
                taken.Add(new SeriesSamples(series, names[field].Name, samples) { Summaries = summaries });
            }

            (_samples[field], _summaries[field], _before[field]) = ([], [], null);
        }

        return overlap ? null : taken;
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

    private static bool Overlap(List<Sample> samples, List<SampleSummary> summaries)
    {
        var next = 0;
        for (var i = 0; i < summaries.Count; i++)
        {
            while (next < samples.Count && samples[next].At < summaries[i].From)
            {
                next++;
            }

            if ((next < samples.Count && samples[next].At <= summaries[i].To) || (i > 0 && summaries[i].From <= summaries[i - 1].To))
            {
                return true;
            }
        }

        return false;
    }

    private void AddPacked(NpgsqlDataReader row)
    {
        var (start, end, rows) = (row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3));
        var (timesPacking, packedTimes) = (row.GetInt16(5), row.GetFieldValue<double[]>(6));
        var gap = TimeSpan.FromMilliseconds(row.GetInt32(4));
        var times = new Lazy<DateTimeOffset[]>(
            () => PackedWindow.UnpackTimes(start, timesPacking, packedTimes, rows), LazyThreadSafetyMode.None);
        for (var field = 0; field < fields; field++)
        {
            var column = Head + (field * Each);
            var packing = row.IsDBNull(column + 1) ? default(short?) : row.GetInt16(column + 1);
            if (row.IsDBNull(column + 3))
            {
                double? first = row.IsDBNull(column) ? null : row.GetDouble(column);
                AddSamples(field, times.Value, packing, first, row.IsDBNull(column + 2) ? [] : row.GetFieldValue<double[]>(column + 2));
                continue;
            }

            var summary = packing is { } known ? FieldSummary.Read(known, row.GetFieldValue<double?[]>(column + 3), rows) : default;
            if (end < from)
            {
                Add(field, end, summary.Last);
                continue;
            }

            _summaries[field].Add(new SampleSummary(() => times.Value)
            {
                From = start,
                To = end,
                LongestGap = gap,
                First = summary.First,
                Last = summary.Last,
                Min = summary.Min,
                Max = summary.Max,
                Sum = summary.Sum,
                SumRest = summary.SumRest,
                Count = summary.Count,
            });
        }
    }

    private void AddSamples(int field, DateTimeOffset[] times, short? packing, double? first, double[] numbers)
    {
        if (_readings.Length < times.Length)
        {
            _readings = new double?[times.Length];
        }

        var readings = _readings.AsSpan(0, times.Length);
        FieldUnpacker.Unpack(packing, first, numbers, times.Length, readings);
        for (var i = 0; i < readings.Length; i++)
        {
            Add(field, times[i], readings[i]);
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
