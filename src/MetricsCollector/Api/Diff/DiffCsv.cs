using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Json;

namespace MetricsCollector.Api.Diff;

/// <summary>
/// What changed between two instants as CSV, a line for each counter; attributes, which differ from metric to metric, are JSON.
/// </summary>
internal static class DiffCsv
{
    /// <summary>Writes items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="labels">Names of their labels.</param>
    public static LinesResult Of(
        IReadOnlyList<DiffItemResponse> items, IReadOnlyList<string> labels) => new(FormatChoice.Csv, async (lines, cancellationToken) =>
    {
        foreach (var column in (string[])["target", "field", "unit", .. labels, "increase", "perSecond", "share", "attributes"])
        {
            lines.Text(column);
        }

        lines.End();
        foreach (var item in items)
        {
            foreach (var field in item.Fields ?? [Only(item)])
            {
                lines.Text(item.Target);
                lines.Text(field.Field);
                lines.Text(field.Unit);
                foreach (var label in labels)
                {
                    lines.Text(item.Labels[label]);
                }

                lines.Number(field.Increase);
                lines.Number(field.PerSecond);
                lines.Number(field.Share);
                lines.Text(WireJson.Text(item.Attributes));
                lines.End();
                await lines.FlushAsync(cancellationToken);
            }
        }
    });

    private static DiffFieldResponse Only(DiffItemResponse item) =>
        new(item.Field, item.Unit, item.Increase, item.PerSecond, item.Share, item.Resets, item.Gaps);
}
