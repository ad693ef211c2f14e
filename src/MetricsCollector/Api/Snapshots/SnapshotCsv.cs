using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Json;
using MetricsCollector.Snapshots;


namespace MetricsCollector.Api.Snapshots;

/// <summary>
/// Snapshots as CSV. Of one metric, a line is a row: its labels and fields are columns. Of several, which have nothing in common, a line
/// is one value.
/// </summary>
internal static class SnapshotCsv
{
    /// <summary>Writes snapshots.</summary>
    /// <param name="snapshots">The snapshots.</param>
    /// <param name="metric">Their metric; null when they are of several.</param>
    /// <param name="fields">The fields to show; null for all.</param>
    public static LinesResult Of(IAsyncEnumerable<Snapshot> snapshots, MetricFacts? metric, IReadOnlyList<string>? fields) =>
        new(FormatChoice.Csv, (lines, cancellationToken) => metric is null
            ? WriteValuesAsync(lines, snapshots, cancellationToken)
            : WriteRowsAsync(lines, snapshots, metric, fields ?? [.. metric.Fields.Select(field => field.Name)], cancellationToken));

    private static async Task WriteRowsAsync(
        LineWriter lines, IAsyncEnumerable<Snapshot> snapshots, MetricFacts metric, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        Head(lines, ["target", "metric", "collectedAt", "outcome", .. metric.Labels, .. fields]);
        await foreach (var snapshot in snapshots.WithCancellation(cancellationToken))
        {
            var projection = new Projection(snapshot.Fields, fields);
            foreach (var row in snapshot.Rows)
            {
                Start(lines, snapshot);
                lines.Text(Name(snapshot.Outcome.Status));
                foreach (var label in metric.Labels)
                {
                    lines.Text(row.Labels[label]);
                }

                foreach (var reading in projection.ReadingsOf(row))
                {
                    lines.Number(reading);
                }

                lines.End();
            }

            await lines.FlushAsync(cancellationToken);
        }
    }

    private static async Task WriteValuesAsync(LineWriter lines, IAsyncEnumerable<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        Head(lines, ["target", "metric", "collectedAt", "labels", "field", "value"]);
        await foreach (var snapshot in snapshots.WithCancellation(cancellationToken))
        {
            foreach (var row in snapshot.Rows)
            {
                var labels = WireJson.Text(row.Labels);
                for (var i = 0; i < snapshot.Fields.Count && i < row.Readings.Length; i++)
                {
                    Start(lines, snapshot);
                    lines.Text(labels);
                    lines.Text(snapshot.Fields[i]);
                    lines.Number(row.Readings[i]);
                    lines.End();
                }

                await lines.FlushAsync(cancellationToken);
            }
        }
    }

    private static void Head(LineWriter lines, IEnumerable<string> columns)
    {
        foreach (var column in columns)
        {
            lines.Text(column);
        }

        lines.End();
    }

    private static void Start(LineWriter lines, Snapshot snapshot)
    {
        lines.Text(snapshot.Target);
        lines.Text(snapshot.Metric);
        lines.Time(snapshot.CollectedAt);
    }

    private static string Name(OutcomeStatus status) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}
