using System.Text.Json;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Write;

/// <summary>
/// One connection for writing and the ids known through it. They live and die together: after any failure the next session asks
/// again, since ids of a transaction that was rolled back name nothing.
/// </summary>
internal sealed class SqliteWriteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, (long Id, LabelSet Labels)> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Id, List<string> Fields)> _metrics = new(StringComparer.Ordinal);

    private readonly KnownIntervals _intervals = new();

    /// <summary>The connection.</summary>
    public SqliteConnection Connection { get; } = connection;

    /// <summary>Ids of series.</summary>
    public SqliteSeriesIds Series { get; } = new();

    /// <summary>The number of a target, made when first needed.</summary>
    public long TargetOf(CollectionRun collection)
    {
        if (!_targets.TryGetValue(collection.Target, out var known))
        {
            var labels = collection.TargetLabels.ToJson();
            using var insert = new SqliteStatement(Connection, "target_insert", "name", "labels");
            insert.Execute(collection.Target, labels);
            using var select = new SqliteStatement(Connection, "target_select", "name");
            using var row = select.Read(collection.Target);
            row.Read();
            _targets[collection.Target] = known = (row.GetInt64(0), LabelSet.FromJson(row.GetString(1)));
        }

        return known.Id;
    }

    /// <summary>Stores the labels of a target where the settings changed them.</summary>
    public void UpdateLabels(CollectionRun collection)
    {
        var (id, labels) = _targets[collection.Target];
        if (!labels.Equals(collection.TargetLabels))
        {
            using var update = new SqliteStatement(Connection, "target_labels_update", "id", "labels");
            update.Execute(id, collection.TargetLabels.ToJson());
            _targets[collection.Target] = (id, collection.TargetLabels);
        }
    }

    /// <summary>The number of a metric, made when first needed, and for each field of a snapshot its place in stored readings, from
    /// 0.</summary>
    public (long Id, int[] Places) MetricOf(Snapshot snapshot)
    {
        if (!_metrics.TryGetValue(snapshot.Metric, out var known) || !snapshot.Fields.All(known.Fields.Contains))
        {
            _metrics[snapshot.Metric] = known = Resolve(snapshot);
        }

        return (known.Id, [.. snapshot.Fields.Select(field => known.Fields.IndexOf(field))]);
    }

    /// <summary>Stores the interval of a metric where it changed.</summary>
    public void UpdateInterval(int metric, int target, Snapshot snapshot)
    {
        if (_intervals.IsUnknown(metric, target, snapshot))
        {
            using var select = new SqliteStatement(Connection, "interval_select", "metric", "target");
            using var row = select.Read(metric, target);
            if (row.Read())
            {
                _intervals.Learn(
                    metric, target, TimeSpan.FromMilliseconds(row.GetInt64(1)), UnixMilliseconds.ToInstant(row.GetInt64(0)));
            }
        }

        if (_intervals.Changes(metric, target, snapshot))
        {
            using var insert = new SqliteStatement(Connection, "interval_insert", "metric", "target", "since", "every");
            insert.Execute(
                metric, target, UnixMilliseconds.Floor(snapshot.CollectedAt), (long)snapshot.Interval!.Value.TotalMilliseconds);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Connection.Dispose();

    private (long Id, List<string> Fields) Resolve(Snapshot snapshot)
    {
        using var insert = new SqliteStatement(Connection, "metric_insert", "name");
        insert.Execute(snapshot.Metric);
        var (id, fields) = Select(snapshot.Metric);
        var added = snapshot.Fields.Except(fields, StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            fields.AddRange(added);
            using var update = new SqliteStatement(Connection, "metric_fields_update", "id", "fields");
            update.Execute(id, JsonSerializer.Serialize(fields));
        }

        return (id, fields);
    }

    private (long Id, List<string> Fields) Select(string metric)
    {
        using var select = new SqliteStatement(Connection, "metric_select", "name");
        using var row = select.Read(metric);
        row.Read();
        return (row.GetInt64(0), JsonSerializer.Deserialize<List<string>>(row.GetString(1))!);
    }
}
