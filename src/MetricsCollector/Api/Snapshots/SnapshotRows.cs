using System.Text.Json;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Json;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Snapshots;

/// <summary>
/// Snapshots as rows with columns. Of one metric, a row is one of the snapshot: its labels and fields are columns. Of several, which have
/// nothing in common, a row is one value.
/// </summary>
internal static class SnapshotRows
{
    /// <summary>Describes snapshots.</summary>
    /// <param name="snapshots">The snapshots.</param>
    /// <param name="metric">Their metric; null when they are of several.</param>
    /// <param name="fields">The fields to show; null for all.</param>
    /// <param name="now">The time of the answer.</param>
    public static RowSet<Snapshot> Of(
        IAsyncEnumerable<Snapshot> snapshots, MetricFacts? metric, IReadOnlyList<string>? fields, DateTimeOffset now)
    {
        var shown = fields ?? [.. metric?.Fields.Select(field => field.Name) ?? []];
        var rows = metric is null
            ? new RowSet<Snapshot>(snapshots, ["target", "metric", "collectedAt", "labels", "field", "value"], ValuesOf)
            : new RowSet<Snapshot>(
                snapshots,
                ["target", "metric", "collectedAt", "outcome", .. metric.Labels, .. shown],
                snapshot => RowsOf(snapshot, metric.Labels, shown));
        return rows with { Show = snapshot => SnapshotResponse.From(snapshot, now, fields) };
    }

    private static IEnumerable<Cell[]> RowsOf(Snapshot snapshot, IReadOnlyList<string> labels, IReadOnlyList<string> fields)
    {
        var outcome = JsonNamingPolicy.CamelCase.ConvertName(snapshot.Outcome.Status.ToString());
        var projection = new Projection(snapshot.Fields, fields);
        return snapshot.Rows.Select(row => (Cell[])
        [
            snapshot.Target, snapshot.Metric, snapshot.CollectedAt, outcome,
            .. labels.Select(label => (Cell)row.Labels[label]),
            .. projection.ReadingsOf(row),
        ]);
    }

    private static IEnumerable<Cell[]> ValuesOf(Snapshot snapshot) =>
        from row in snapshot.Rows
        let labels = WireJson.Text(row.Labels)
        from value in snapshot.Fields.Zip(row.Readings)
        select (Cell[])[snapshot.Target, snapshot.Metric, snapshot.CollectedAt, labels, value.First, value.Second];
}
