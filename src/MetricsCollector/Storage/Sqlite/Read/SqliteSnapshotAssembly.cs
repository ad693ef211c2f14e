using System.Text.Json;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>Reads the rows of snapshots whose heads are known.</summary>
internal sealed class SqliteSnapshotAssembly : IDisposable
{
    private const string SeriesTextsSql = "SELECT labels, attributes FROM series WHERE series_id = @id";

    private const string SnapshotRowsSql =
        """
        SELECT s.series_id, r.readings
        FROM series s
        JOIN metrics_raw r ON r.series_id = s.series_id AND r.collected_at = @at
        WHERE s.target_id = @target AND s.metric_id = @metric AND s.first_seen <= @at AND s.last_seen + 600000 > @at
          AND (@labels IS NULL OR has_labels(s.labels, @labels))
        ORDER BY s.series_id
        """;

    private readonly string? _labels;
    private readonly SqliteStatement _metric;
    private readonly SqliteStatement _rows;
    private readonly SqliteStatement _texts;
    private readonly Dictionary<string, (long Id, IReadOnlyList<string> Fields)> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (LabelSet Labels, IReadOnlyDictionary<string, string>? Attributes)> _series = [];

    private SqliteSnapshotAssembly(SqliteConnection connection, string? labels)
    {
        _labels = labels;
        _metric = new SqliteStatement(connection, SqliteSql.Get("metric_select"), "name");
        _rows = new SqliteStatement(connection, SnapshotRowsSql, "target", "metric", "at", "labels");
        _texts = new SqliteStatement(connection, SeriesTextsSql, "id");
    }

    /// <summary>The snapshots of heads, in their order, with the rows whose labels match; all rows when no labels are given.</summary>
    public static IReadOnlyList<Snapshot> Read(SqliteConnection connection, IReadOnlyList<SnapshotHead> heads, string? labels)
    {
        using var assembly = new SqliteSnapshotAssembly(connection, labels);
        return [.. heads.Select(assembly.Read)];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _metric.Dispose();
        _rows.Dispose();
        _texts.Dispose();
    }

    private Snapshot Read(SnapshotHead head)
    {
        var (id, fields) = MetricOf(head.Outcome.Metric);
        var rows = new List<SnapshotRow>(head.Outcome.Rows);
        if (head.Outcome.Rows > 0)
        {
            using var found = _rows.Read((long)head.TargetId, id, UnixMilliseconds.Floor(head.CollectedAt), _labels);
            while (found.Read())
            {
                var (labels, attributes) = TextsOf(found.GetInt64(0));
                rows.Add(new SnapshotRow(labels, ReadingsBlob.Read(found.GetFieldValue<byte[]>(1), fields.Count), attributes));
            }
        }

        return head.With(fields, rows);
    }

    private (long Id, IReadOnlyList<string> Fields) MetricOf(string name)
    {
        if (!_metrics.TryGetValue(name, out var metric))
        {
            using var row = _metric.Read(name);
            _metrics[name] = metric = row.Read() ? (row.GetInt64(0), JsonSerializer.Deserialize<string[]>(row.GetString(1))!) : (0, []);
        }

        return metric;
    }

    private (LabelSet Labels, IReadOnlyDictionary<string, string>? Attributes) TextsOf(long series)
    {
        if (!_series.TryGetValue(series, out var texts))
        {
            using var row = _texts.Read(series);
            row.Read();
            var attributes = AttributesJson.Read(row.GetString(1));
            _series[series] = texts = (LabelSet.FromJson(row.GetString(0)), attributes.Count > 0 ? attributes : null);
        }

        return texts;
    }
}
