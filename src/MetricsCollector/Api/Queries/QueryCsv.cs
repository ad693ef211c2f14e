using MetricsCollector.Api.Formats;

namespace MetricsCollector.Api.Queries;

/// <summary>Computed ranges as CSV, a line for each point.</summary>
internal static class QueryCsv
{
    /// <summary>Writes series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="labels">Names of their labels.</param>
    public static LinesResult Of(IAsyncEnumerable<QuerySeriesResponse> series, IReadOnlyList<string> labels) => new(FormatChoice.Csv, async (lines, cancellationToken) =>
    {
        foreach (var column in (string[])["target", "metric", "field", "unit", .. labels, "time", "value"])
        {
            lines.Text(column);
        }

        lines.End();
        await foreach (var one in series.WithCancellation(cancellationToken))
        {
            foreach (var (at, value) in one.Points)
            {
                lines.Text(one.Target);
                lines.Text(one.Metric);
                lines.Text(one.Field);
                lines.Text(one.Unit);
                foreach (var label in labels)
                {
                    lines.Text(one.Labels[label]);
                }

                lines.Time(at);
                lines.Number(value);
                lines.End();
                await lines.FlushAsync(cancellationToken);
            }
        }
    });
}
