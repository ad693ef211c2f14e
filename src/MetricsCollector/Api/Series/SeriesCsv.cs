using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Json;

namespace MetricsCollector.Api.Series;

/// <summary>Series as CSV, a line for each; labels and attributes, which differ from metric to metric, are JSON.</summary>
internal static class SeriesCsv
{
    /// <summary>Writes series.</summary>
    public static LinesResult Of(IAsyncEnumerable<SeriesResponse> series) => new(FormatChoice.Csv, async (lines, cancellationToken) =>
    {
        foreach (var column in (string[])["target", "metric", "labels", "attributes", "firstSeen", "lastSeen"])
        {
            lines.Text(column);
        }

        lines.End();
        await foreach (var one in series.WithCancellation(cancellationToken))
        {
            lines.Text(one.Target);
            lines.Text(one.Metric);
            lines.Text(WireJson.Text(one.Labels));
            lines.Text(WireJson.Text(one.Attributes));
            lines.Time(one.FirstSeen);
            lines.Time(one.LastSeen);
            lines.End();
            await lines.FlushAsync(cancellationToken);
        }
    });
}
