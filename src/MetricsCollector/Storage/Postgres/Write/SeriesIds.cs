using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>The store's numbers for series, made in bulk when first needed.</summary>
internal sealed class SeriesIds
{
    private const string SeriesInsertSql =
        """
        INSERT INTO series (target_id, metric_id, labels, attributes, first_seen, last_seen)
        SELECT * FROM unnest(@targets, @metrics, @labels, @attributes, @first_seen, @last_seen)
        ON CONFLICT DO NOTHING
        """;

    private const string SeriesSelectSql =
        """
        SELECT w.place, s.series_id, s.first_seen, s.last_seen, s.attributes::text
        FROM unnest(@targets, @metrics, @labels) WITH ORDINALITY AS w(target_id, metric_id, labels, place)
        JOIN series s ON s.target_id = w.target_id AND s.metric_id = w.metric_id AND s.labels = w.labels
        """;

    private const string SeriesUpdateSql =
        """
        UPDATE series s
        SET first_seen = least(s.first_seen, n.first_seen),
            last_seen = greatest(s.last_seen, n.last_seen),
            attributes = s.attributes || n.attributes
        FROM unnest(@ids, @first_seen, @last_seen, @attributes) AS n(series_id, first_seen, last_seen, attributes)
        WHERE s.series_id = n.series_id
        """;

    /// <summary>
    /// Statements and relations come and go for ever. Beyond this many, about 100 MB, what is known is forgotten and asked for again;
    /// a thousand targets with 340 series each stay below.
    /// </summary>
    private const int Capacity = 400_000;

    private readonly Dictionary<(int Target, int Metric), Dictionary<LabelSet, SeriesEntry>> _known = [];
    private int _count;

    /// <summary>The series of one metric of one target that are known, by their labels.</summary>
    public Dictionary<LabelSet, SeriesEntry> Of(int target, int metric)
    {
        if (!_known.TryGetValue((target, metric), out var series))
        {
            _known.Add((target, metric), series = []);
        }

        return series;
    }

    /// <summary>Gives numbers to new series: finds those that are stored, makes the others.</summary>
    public async Task ResolveAsync(NpgsqlConnection connection, IReadOnlyList<NewSeries> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        // Selected first: an INSERT that meets a conflict uses up a number, and after a restart all of them would.
        await SelectAsync(connection, wanted, cancellationToken);
        var missing = wanted.Where(series => series.Entry.Id == 0).ToList();
        if (missing.Count > 0)
        {
            // In one order, so that two collectors wait for each other at most once.
            missing.Sort();
            await InsertAsync(connection, missing, cancellationToken);
            await SelectAsync(connection, missing, cancellationToken);
        }

        _count += wanted.Count;
    }

    /// <summary>Stores what changed: last_seen, first_seen, attributes.</summary>
    /// <exception cref="StoreUnavailableException">Somebody removed series meanwhile; another try finds or makes them again.</exception>
    public static async Task UpdateAsync(
        NpgsqlConnection connection, IReadOnlyCollection<SeriesEntry> changed, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(SeriesUpdateSql, connection);
        Add(command, "ids", NpgsqlDbType.Integer, changed.Select(entry => entry.Id));
        Add(command, "first_seen", NpgsqlDbType.TimestampTz, changed.Select(entry => entry.FirstSeen.UtcDateTime));
        Add(command, "last_seen", NpgsqlDbType.TimestampTz, changed.Select(entry => entry.LastSeen.UtcDateTime));
        Add(
            command, "attributes", NpgsqlDbType.Jsonb,
            changed.Select(entry => entry.AttributesChanged ? AttributesJson.Write(entry.Attributes) : "{}"));
        if (await command.ExecuteNonQueryAsync(cancellationToken) != changed.Count)
        {
            throw new StoreUnavailableException("Series were removed from the store while they were written to; they are made again.");
        }

        foreach (var entry in changed)
        {
            entry.Changed = entry.AttributesChanged = false;
        }
    }

    /// <summary>Forgets everything when it has grown too large; called between batches.</summary>
    public void Trim()
    {
        if (_count > Capacity)
        {
            _known.Clear();
            _count = 0;
        }
    }

    private static async Task InsertAsync(NpgsqlConnection connection, List<NewSeries> series, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SeriesInsertSql, connection);
        AddKeys(command, series);
        Add(command, "attributes", NpgsqlDbType.Jsonb, series.Select(one => AttributesJson.Write(one.Entry.Attributes)));
        Add(command, "first_seen", NpgsqlDbType.TimestampTz, series.Select(one => one.Entry.FirstSeen.UtcDateTime));
        Add(command, "last_seen", NpgsqlDbType.TimestampTz, series.Select(one => one.Entry.LastSeen.UtcDateTime));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task SelectAsync(NpgsqlConnection connection, IReadOnlyList<NewSeries> series, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SeriesSelectSql, connection);
        AddKeys(command, series);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var one = series[(int)reader.GetInt64(0) - 1];
            one.Entry.Id = reader.GetInt32(1);
            one.TakeStored(
                reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3), AttributesJson.Read(reader.GetString(4)));
        }
    }

    private static void AddKeys(NpgsqlCommand command, IReadOnlyCollection<NewSeries> series)
    {
        Add(command, "targets", NpgsqlDbType.Integer, series.Select(one => one.Target));
        Add(command, "metrics", NpgsqlDbType.Integer, series.Select(one => one.Metric));
        Add(command, "labels", NpgsqlDbType.Jsonb, series.Select(one => one.LabelsJson));
    }

    private static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = [.. values] });
}
