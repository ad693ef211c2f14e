using MetricsCollector.Catalog;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Collection;

/// <summary>Turns the answer to a metric's statement into rows of its labels, attributes and fields.</summary>
internal sealed class RowReader(MetricDefinition metric, MetricFile file)
{
    private readonly List<SnapshotRow> _rows = [];
    private readonly HashSet<LabelSet> _seen = [];
    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);

    /// <summary>The rows read so far.</summary>
    public IReadOnlyList<SnapshotRow> Rows => _rows;

    /// <summary>Ok, or partial with everything that could not be taken.</summary>
    public Outcome Outcome => _problems.Count == 0 ? Outcome.Ok : Outcome.Partial(string.Join("; ", _problems));

    /// <summary>Says that a field is not there.</summary>
    public void Missing(string column) => _problems.Add($"this server has no column {column}");

    /// <summary>Reads all rows of the current result.</summary>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var labels = Columns(reader, file.Labels.Select(label => label.Name));
        var attributes = Columns(reader, file.Attributes.Select(attribute => attribute.Name));
        var fields = metric.FieldNames.Select(name => Column(reader, name)).ToArray();
        while (await reader.ReadAsync(cancellationToken))
        {
            var set = LabelSet.Of(labels.Select(label => KeyValuePair.Create(label.Name, Text(reader, label.Ordinal))));
            if (!_seen.Add(set))
            {
                _problems.Add($"several rows have the labels {set}, the first was kept; declare the label that tells them apart");
                continue;
            }

            var readings = new double?[fields.Length];
            for (var i = 0; i < fields.Length; i++)
            {
                readings[i] = fields[i] < 0 || reader.IsDBNull(fields[i]) ? null : Number(reader, fields[i], metric.FieldNames[i]);
            }

            _rows.Add(new SnapshotRow(set, readings, Attributes(reader, attributes)));
        }
    }

    private static Dictionary<string, string>? Attributes(NpgsqlDataReader reader, List<(string Name, int Ordinal)> attributes) =>
        attributes.Count == 0
            ? null
            : attributes.Where(attribute => !reader.IsDBNull(attribute.Ordinal))
                .ToDictionary(attribute => attribute.Name, attribute => Text(reader, attribute.Ordinal), StringComparer.Ordinal);

    private static string Text(NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? string.Empty : reader.GetFieldValue<string>(ordinal);

    private static int Column(NpgsqlDataReader reader, string name)
    {
        for (var i = 0; i < reader.FieldCount; i++)
        {
            if (string.Equals(reader.GetName(i), name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    private List<(string Name, int Ordinal)> Columns(NpgsqlDataReader reader, IEnumerable<string> names)
    {
        var found = new List<(string Name, int Ordinal)>();
        foreach (var name in names)
        {
            if (Column(reader, name) is >= 0 and var ordinal)
            {
                found.Add((name, ordinal));
            }
            else
            {
                _problems.Add($"the statement gives no column '{name}'; name it with AS {name}");
            }
        }

        return found;
    }

    // A value beyond a double's 53 bits of whole numbers loses its last digits, as everywhere in Prometheus.
    private double? Number(NpgsqlDataReader reader, int ordinal, string name)
    {
        try
        {
            return reader.GetValue(ordinal) switch
            {
                long value => value,
                int value => value,
                double value => value,
                decimal value => (double)value,
                short value => value,
                float value => value,
                uint value => value,
                bool value => value ? 1 : 0,
                DateTime value => (value.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds,
                TimeSpan value => value.TotalSeconds,
                _ => Unreadable(),
            };
        }
        catch (Exception exception) when (exception is InvalidCastException or OverflowException)
        {
            return Unreadable();
        }

        double? Unreadable()
        {
            _problems.Add($"the column {name} is no number; cast it to float8");
            return null;
        }
    }
}
