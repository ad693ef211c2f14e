using Dapper;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>
/// The store's numbers for metrics, and for each the order of its fields, which only ever grows: a field that is new is appended
/// under a row lock, so two collectors never give one place to two fields.
/// </summary>
internal sealed class MetricFields
{
    private const string MetricsInsertSql =
        """
        INSERT INTO metric_definitions (name)
        SELECT * FROM unnest(@names)
        ON CONFLICT DO NOTHING
        """;

    // Locked until the end of the transaction: nobody else appends fields meanwhile.
    private const string MetricsLockSql =
        """
        SELECT metric_id, name, fields FROM metric_definitions WHERE name = ANY(@names) ORDER BY name FOR UPDATE
        """;

    private readonly Dictionary<string, Entry> _known = new(StringComparer.Ordinal);

    /// <summary>The number of a metric that was resolved.</summary>
    public int IdOf(string metric) => _known[metric].Id;

    /// <summary>For each field of a snapshot, its place in stored readings, from 0.</summary>
    public int[] PlacesOf(Snapshot snapshot)
    {
        var entry = _known[snapshot.Metric];
        if (!entry.HasPlacesOf(snapshot.Fields))
        {
            entry.LastFields = snapshot.Fields;
            entry.LastPlaces = [.. snapshot.Fields.Select(field => entry.Places[field])];
        }

        return entry.LastPlaces;
    }

    /// <summary>Finds or makes the metrics of snapshots, with all their fields.</summary>
    public async Task ResolveAsync(NpgsqlConnection connection, IEnumerable<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var unknown = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var snapshot in snapshots.Where(snapshot => !IsKnown(snapshot)))
        {
            if (!unknown.TryGetValue(snapshot.Metric, out var fields))
            {
                unknown.Add(snapshot.Metric, fields = []);
            }

            fields.AddRange(snapshot.Fields.Except(fields));
        }

        if (unknown.Count == 0)
        {
            return;
        }

        var names = unknown.Keys.ToArray();
        await connection.ExecuteAsync(
            new CommandDefinition(MetricsInsertSql, new { names }, cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<(int Id, string Name, string[] Fields)>(
            new CommandDefinition(MetricsLockSql, new { names }, cancellationToken: cancellationToken));
        foreach (var (id, name, stored) in rows)
        {
            var added = unknown[name].Except(stored, StringComparer.Ordinal).ToArray();
            if (added.Length > 0)
            {
                await connection.ExecuteAsync(
                    new CommandDefinition(
                        "UPDATE metric_definitions SET fields = fields || @added WHERE metric_id = @id",
                        new { id, added }, cancellationToken: cancellationToken));
            }

            _known[name] = new Entry(id, [.. stored, .. added]);
        }
    }

    private bool IsKnown(Snapshot snapshot) =>
        _known.TryGetValue(snapshot.Metric, out var entry)
            && (entry.HasPlacesOf(snapshot.Fields) || snapshot.Fields.All(entry.Places.ContainsKey));

    private sealed class Entry(int id, IReadOnlyList<string> fields)
    {
        public int Id { get; } = id;

        public Dictionary<string, int> Places { get; } =
            fields.Select((field, place) => (field, place)).ToDictionary(pair => pair.field, pair => pair.place, StringComparer.Ordinal);

        public IReadOnlyList<string> LastFields { get; set; } = [];

        public int[] LastPlaces { get; set; } = [];

        // Snapshots of one catalog share the list: the first comparison is the one that counts.
        public bool HasPlacesOf(IReadOnlyList<string> other) =>
            ReferenceEquals(LastFields, other)
                || (LastFields.Count == other.Count && LastFields.SequenceEqual(other, StringComparer.Ordinal));
    }
}
