using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Sqlite.Write;

/// <summary>The file's numbers for series, made when first needed.</summary>
internal sealed class SqliteSeriesIds
{
    /// <summary>Statements and relations come and go for ever: beyond this many, about 100 MB, all are forgotten and asked for
    /// again.</summary>
    private const int Capacity = 400_000;

    private readonly Dictionary<(long Target, long Metric), Dictionary<LabelSet, SeriesEntry>> _known = [];
    private int _count;

    /// <summary>The series of a row, found or made; null when its labels are too long to be a key.</summary>
    /// <exception cref="StoreUnavailableException">Somebody removed the series; another try makes it again.</exception>
    public SeriesEntry? Find(SqliteBatch batch, (long Target, long Metric) owner, SnapshotRow row, DateTimeOffset at)
    {
        if (!_known.TryGetValue(owner, out var series))
        {
            _known.Add(owner, series = []);
        }

        if (series.TryGetValue(row.Labels, out var entry))
        {
            entry.See(at, row.Attributes);
        }
        else if (!KeyLabels.Fit(row.Labels))
        {
            return null;
        }
        else
        {
            entry = new SeriesEntry { FirstSeen = at, LastSeen = at };
            entry.See(at, row.Attributes);
            Resolve(batch, owner, row.Labels, entry);
            series.Add(row.Labels, entry);
            _count++;
        }

        if (entry.Changed)
        {
            Update(batch, entry);
        }

        return entry;
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

    private static void Resolve(SqliteBatch batch, (long Target, long Metric) owner, LabelSet labels, SeriesEntry entry)
    {
        var wanted = new NewSeries((int)owner.Target, (int)owner.Metric, labels, entry);
        using (var row = batch.SelectSeries.Read(owner.Target, owner.Metric, wanted.LabelsJson))
        {
            if (row.Read())
            {
                entry.Id = row.GetInt32(0);
                wanted.TakeStored(
                    UnixMilliseconds.ToInstant(row.GetInt64(1)), UnixMilliseconds.ToInstant(row.GetInt64(2)),
                    AttributesJson.Read(row.GetString(3)));
                return;
            }
        }

        var seen = UnixMilliseconds.Floor(entry.FirstSeen);
        using var added = batch.InsertSeries.Read(
            owner.Target, owner.Metric, wanted.LabelsJson, AttributesJson.Write(entry.Attributes), seen, seen);
        added.Read();
        entry.Id = added.GetInt32(0);
        entry.Changed = entry.AttributesChanged = false;
    }

    private static void Update(SqliteBatch batch, SeriesEntry entry)
    {
        var attributes = entry.AttributesChanged ? AttributesJson.Write(entry.Attributes) : "{}";
        if (batch.UpdateSeries.Execute(
            entry.Id, UnixMilliseconds.Floor(entry.FirstSeen), UnixMilliseconds.Floor(entry.LastSeen), attributes) == 0)
        {
            throw new StoreUnavailableException("Series were removed from the store while they were written to; they are made again.");
        }

        entry.Changed = entry.AttributesChanged = false;
    }
}
