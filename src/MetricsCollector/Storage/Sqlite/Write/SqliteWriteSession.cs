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
    private const string IntervalInsertSql =
        """
        INSERT INTO metric_intervals (metric_id, target_id, since, every) VALUES (@metric, @target, @since, @every) ON CONFLICT DO NOTHING
        """;

    private const string IntervalSelectSql =
        """
        SELECT since, every FROM metric_intervals WHERE metric_id = @metric AND target_id = @target ORDER BY since DESC LIMIT 1
        """;

    private const string MetricFieldsUpdateSql = "UPDATE metric_definitions SET fields = @fields WHERE metric_id = @id";

    private const string MetricInsertSql = "INSERT INTO metric_definitions (name) VALUES (@name) ON CONFLICT DO NOTHING";

    private const string TargetInsertSql = "INSERT INTO targets (name, labels) VALUES (@name, @labels) ON CONFLICT DO NOTHING";

    private const string TargetLabelsUpdateSql = "UPDATE targets SET labels = @labels WHERE target_id = @id";

    private const string TargetSelectSql = "SELECT target_id, labels FROM targets WHERE name = @name";

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
            using var insert = new SqliteStatement(Connection, TargetInsertSql, "name", "labels");
            insert.Execute(collection.Target, labels);
            using var select = new SqliteStatement(Connection, TargetSelectSql, "name");
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
            using var update = new SqliteStatement(Connection, TargetLabelsUpdateSql, "id", "labels");
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
            using var select = new SqliteStatement(Connection, IntervalSelectSql, "metric", "target");
            using var row = select.Read(metric, target);
            if (row.Read())
            {
                _intervals.Learn(
                    metric, target, TimeSpan.FromMilliseconds(row.GetInt64(1)), UnixMilliseconds.ToInstant(row.GetInt64(0)));
            }
        }

        if (_intervals.Changes(metric, target, snapshot))
        {
            using var insert = new SqliteStatement(Connection, IntervalInsertSql, "metric", "target", "since", "every");
            insert.Execute(
                metric, target, UnixMilliseconds.Floor(snapshot.CollectedAt), (long)snapshot.Interval!.Value.TotalMilliseconds);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Connection.Dispose();

    private (long Id, List<string> Fields) Resolve(Snapshot snapshot)
    {
        using var insert = new SqliteStatement(Connection, MetricInsertSql, "name");
        insert.Execute(snapshot.Metric);
        var (id, fields) = Select(snapshot.Metric);
        var added = snapshot.Fields.Except(fields, StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            fields.AddRange(added);
            using var update = new SqliteStatement(Connection, MetricFieldsUpdateSql, "id", "fields");
            update.Execute(id, JsonSerializer.Serialize(fields));
        }

        return (id, fields);
    }

    private (long Id, List<string> Fields) Select(string metric)
    {
        using var select = new SqliteStatement(Connection, SqliteSql.Get("metric_select"), "name");
        using var row = select.Read(metric);
        row.Read();
        return (row.GetInt64(0), JsonSerializer.Deserialize<List<string>>(row.GetString(1))!);
    }
}
