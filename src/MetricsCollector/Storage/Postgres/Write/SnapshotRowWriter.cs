using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>The rows of a batch on their way into <c>metrics_raw</c>: first every row finds its series, then all are copied at
/// once.</summary>
internal sealed class SnapshotRowWriter
{
    private readonly List<(DateTimeOffset At, int[] Places, List<(SeriesEntry Series, double?[] Readings)> Rows)> _snapshots = [];
    private readonly List<NewSeries> _new = [];
    private readonly HashSet<SeriesEntry> _changed = [];

    /// <summary>Series that the writer did not know.</summary>
    public IReadOnlyList<NewSeries> New => _new;

    /// <summary>Rows to copy.</summary>
    public long Rows { get; private set; }

    /// <summary>Field values to copy.</summary>
    public long Samples { get; private set; }

    /// <summary>Rows whose labels are too long to be a key.</summary>
    public List<(Snapshot Snapshot, LabelSet Labels)> TooLong { get; } = [];

    /// <summary>Rows whose labels another row of the same instant has.</summary>
    public List<(Snapshot Snapshot, LabelSet Labels)> Doubled { get; } = [];

    /// <summary>Series whose stored row is to be updated; known once the new ones have their numbers.</summary>
    public IReadOnlyCollection<SeriesEntry> Changed =>
        [.. _changed.Concat(_new.Select(series => series.Entry).Where(entry => entry.Changed)).OrderBy(entry => entry.Id)];

    /// <summary>Takes the rows of a collection; its targets and metrics are resolved.</summary>
    public void Add(CollectionRun collection, WriteSession session)
    {
        foreach (var snapshot in collection.Snapshots.Where(snapshot => snapshot.Rows.Count > 0))
        {
            var (target, metric) = (session.Targets[collection.Target], session.Metrics.IdOf(snapshot.Metric));
            var known = session.Series.Of(target, metric);
            var rows = new List<(SeriesEntry, double?[])>(snapshot.Rows.Count);
            foreach (var row in snapshot.Rows)
            {
                if (Find(known, target, metric, snapshot, row, collection.StartedAt) is { } entry)
                {
                    entry.LastRowAt = collection.StartedAt;
                    rows.Add((entry, row.Readings));
                }
            }

            _snapshots.Add((collection.StartedAt, session.Metrics.PlacesOf(snapshot), rows));
            Rows += rows.Count;
            Samples += (long)rows.Count * snapshot.Fields.Count;
        }
    }

    /// <summary>Writes all rows with one COPY.</summary>
    public async Task CopyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (Rows == 0)
        {
            return;
        }

        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY metrics_raw (collected_at, series_id, readings) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var (at, places, rows) in _snapshots)
        {
            var instant = at.UtcDateTime;
            var inOrder = IsInOrder(places);
            foreach (var (series, readings) in rows)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(instant, NpgsqlDbType.TimestampTz, cancellationToken);
                await copy.WriteAsync(series.Id, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(
                    inOrder ? readings : Place(readings, places), NpgsqlDbType.Array | NpgsqlDbType.Double, cancellationToken);
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static bool IsInOrder(int[] places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] != i)
            {
                return false;
            }
        }

        return true;
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

    private SeriesEntry? Find(
        Dictionary<LabelSet, SeriesEntry> known, int target, int metric, Snapshot snapshot, SnapshotRow row, DateTimeOffset at)
    {
        if (!known.TryGetValue(row.Labels, out var entry))
        {
            if (!KeyLabels.Fit(row.Labels))
            {
                TooLong.Add((snapshot, row.Labels));
                return null;
            }

            entry = new SeriesEntry { FirstSeen = at, LastSeen = at };
            known.Add(row.Labels, entry);
            _new.Add(new NewSeries(target, metric, row.Labels, entry));
        }
        else if (entry.LastRowAt == at)
        {
            Doubled.Add((snapshot, row.Labels));
            return null;
        }

        entry.See(at, row.Attributes);
        if (entry.Changed && entry.Id != 0)
        {
            _changed.Add(entry);
        }

        return entry;
    }
}
