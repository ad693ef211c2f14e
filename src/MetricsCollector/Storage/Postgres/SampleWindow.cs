using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Gathers the samples of one series: those of the window, and of those before it only the last.</summary>
internal sealed class SampleWindow
{
    private readonly DateTimeOffset _from;
    private readonly List<Sample>[] _samples;

    /// <summary>Gathers a number of fields from an instant on.</summary>
    public SampleWindow(int fields, DateTimeOffset from)
    {
        _from = from;
        _samples = new List<Sample>[fields];
        Clear();
    }

    /// <summary>Takes a row of series, instant and readings.</summary>
    public void Add(NpgsqlDataReader row)
    {
        var at = row.GetFieldValue<DateTimeOffset>(1);
        for (var i = 0; i < _samples.Length; i++)
        {
            var samples = _samples[i];
            if (samples.Count == 1 && samples[0].At < _from && at < _from)
            {
                samples.Clear();
            }

            samples.Add(new Sample(at, row.IsDBNull(i + 2) ? null : row.GetDouble(i + 2)));
        }
    }

    /// <summary>Gives what was gathered, per field, and starts anew.</summary>
    public IReadOnlyList<SeriesSamples> Take(SeriesKey series, List<(string Name, int Place)> fields)
    {
        SeriesSamples[] taken = [.. fields.Select((field, i) => new SeriesSamples(series, field.Name, _samples[i]))];
        Clear();
        return taken;
    }

    private void Clear()
    {
        for (var i = 0; i < _samples.Length; i++)
        {
            _samples[i] = [];
        }
    }
}
