using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Write;

/// <summary>One transaction of the writer, with the statements it runs row by row.</summary>
internal sealed class SqliteBatch : IDisposable
{
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
            connection, "collection_insert", "id", "target", "trigger", "started", "duration", "status", "unreachable", "roundTrips", "outcomes");
        _insertRow = new SqliteStatement(connection, "raw_insert", "series", "at", "readings");
        SelectSeries = new SqliteStatement(connection, "series_select", "target", "metric", "labels");
        InsertSeries = new SqliteStatement(connection, "series_insert", "target", "metric", "labels", "attributes", "first", "last");
        UpdateSeries = new SqliteStatement(connection, "series_update", "id", "first", "last", "attributes");
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
