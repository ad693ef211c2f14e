using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Write;

/// <summary>One transaction of the writer, with the statements it runs row by row.</summary>
internal sealed class SqliteBatch : IDisposable
{
    private const string CollectionInsertSql =
        """
        INSERT INTO collections (collection_id, target_id, trigger, started_at, duration_us, status, unreachable, round_trips, outcomes)
        VALUES (@id, @target, @trigger, @started, @duration, @status, @unreachable, @roundTrips, @outcomes)
        ON CONFLICT DO NOTHING
        """;

    private const string RawInsertSql =
        """
        INSERT INTO metrics_raw (series_id, collected_at, readings) VALUES (@series, @at, @readings) ON CONFLICT DO NOTHING
        """;

    private const string SeriesInsertSql =
        """
        INSERT INTO series (target_id, metric_id, labels, attributes, first_seen, last_seen)
        VALUES (@target, @metric, @labels, @attributes, @first, @last)
        RETURNING series_id
        """;

    private const string SeriesSelectSql =
        """
        SELECT series_id, first_seen, last_seen, attributes
        FROM series
        WHERE target_id = @target AND metric_id = @metric AND labels = @labels
        """;

    private const string SeriesUpdateSql =
        """
        UPDATE series
        SET first_seen = min(first_seen, @first), last_seen = max(last_seen, @last), attributes = json_patch(attributes, @attributes)
        WHERE series_id = @id
        """;

    private readonly SqliteWriteSession _session;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteStatement _insertCollection;
    private readonly SqliteStatement _insertRow;

    /// <summary>Takes the lock for writing; others wait.</summary>
    public SqliteBatch(SqliteWriteSession session)
    {
        _session = session;
        var connection = session.Connection;
        _transaction = connection.BeginTransaction(deferred: false);
        _insertCollection = new SqliteStatement(
            connection, CollectionInsertSql, "id", "target", "trigger", "started", "duration", "status", "unreachable", "roundTrips",
            "outcomes");
        _insertRow = new SqliteStatement(connection, RawInsertSql, "series", "at", "readings");
        SelectSeries = new SqliteStatement(connection, SeriesSelectSql, "target", "metric", "labels");
        InsertSeries = new SqliteStatement(connection, SeriesInsertSql, "target", "metric", "labels", "attributes", "first", "last");
        UpdateSeries = new SqliteStatement(connection, SeriesUpdateSql, "id", "first", "last", "attributes");
    }

    /// <summary>Finds a series by its key.</summary>
    public SqliteStatement SelectSeries { get; }

    /// <summary>Makes a series.</summary>
    public SqliteStatement InsertSeries { get; }

    /// <summary>Stores what changed of a series.</summary>
    public SqliteStatement UpdateSeries { get; }

    /// <summary>Collections that were not stored before.</summary>
    public int Collections { get; private set; }

    /// <summary>Rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>Field values written.</summary>
    public long Samples { get; private set; }

    /// <summary>Rows whose labels are too long to be a key.</summary>
    public List<(Snapshot Snapshot, LabelSet Labels)> TooLong { get; } = [];

    /// <summary>Rows whose labels another row of the same instant has.</summary>
    public List<(Snapshot Snapshot, LabelSet Labels)> Doubled { get; } = [];

    /// <summary>Writes a collection, unless it is stored.</summary>
    public void Add(CollectionRun collection)
    {
        var target = _session.TargetOf(collection);
        var added = _insertCollection.Execute(
            collection.Id.ToByteArray(bigEndian: true),
            target,
            StoredNames.Of(collection.Trigger),
            UnixMilliseconds.Floor(collection.StartedAt),
            (collection.FinishedAt - collection.StartedAt).Ticks / TimeSpan.TicksPerMicrosecond,
            StoredNames.Of(collection.Status),
            collection.Unreachable,
            collection.RoundTrips,
            OutcomeJson.Write(collection));
        if (added == 0)
        {
            return;
        }

        Collections++;
        _session.UpdateLabels(collection);
        foreach (var snapshot in collection.Snapshots)
        {
            Add(collection.StartedAt, target, snapshot);
        }
    }

    /// <summary>Makes it last.</summary>
    public void Commit() => _transaction.Commit();

    /// <inheritdoc />
    public void Dispose()
    {
        _insertCollection.Dispose();
        _insertRow.Dispose();
        SelectSeries.Dispose();
        InsertSeries.Dispose();
        UpdateSeries.Dispose();
        _transaction.Dispose();
    }

    private static double?[] Place(double?[] readings, int[] places)
    {
        var placed = new double?[places.Length == 0 ? 0 : places.Max() + 1];
        for (var i = 0; i < places.Length; i++)
        {
            placed[places[i]] = readings[i];
        }

        return placed;
    }

    private void Add(DateTimeOffset at, long target, Snapshot snapshot)
    {
        // Snapshots without rows name their metric and its fields too.
        var (metric, places) = _session.MetricOf(snapshot);
        _session.UpdateInterval((int)metric, (int)target, snapshot);
        foreach (var row in snapshot.Rows)
        {
            if (_session.Series.Find(this, (target, metric), row, at) is not { } series)
            {
                TooLong.Add((snapshot, row.Labels));
            }
            else if (_insertRow.Execute(series.Id, UnixMilliseconds.Floor(at), ReadingsBlob.Write(Place(row.Readings, places))) == 0)
            {
                Doubled.Add((snapshot, row.Labels));
            }
            else
            {
                Rows++;
                Samples += snapshot.Fields.Count;
            }
        }
    }
}
