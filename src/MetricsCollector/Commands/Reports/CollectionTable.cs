using System.Globalization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Commands.Reports;

/// <summary>What a collection gave, for a terminal.</summary>
internal static class CollectionTable
{
    private static readonly string[] OutcomeHeader = ["metric", "outcome", "rows", "left out", "ms", "reason"];

    /// <summary>One line per metric: how it ended, what it cost, and what would mend it.</summary>
    public static string Outcomes(IEnumerable<Snapshot> snapshots) => TextTable.Of(
        OutcomeHeader,
        [.. snapshots
            .Select(snapshot => (IReadOnlyList<string>)
            [
                snapshot.Metric,
                snapshot.Outcome.Status.ToString().ToLowerInvariant(),
                Number(snapshot.Rows.Count),
                snapshot.RowsLeftOut == 0 ? string.Empty : Number(snapshot.RowsLeftOut),
                snapshot.Duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture),
                snapshot.Outcome.Reason ?? string.Empty,
            ])]);

    /// <summary>The rows of a snapshot: labels, then fields.</summary>
    public static string Rows(Snapshot snapshot)
    {
        var labels = snapshot.Rows.SelectMany(row => row.Labels.Items.Select(label => label.Key)).Distinct().ToList();
        return TextTable.Of(
            [.. labels, .. snapshot.Fields],
            [.. snapshot.Rows.Select(row => (IReadOnlyList<string>)
            [
                .. labels.Select(label => row.Labels[label] ?? string.Empty),
                .. row.Readings.Select(reading => reading is { } value ? Number(value) : "NULL"),
            ])]);
    }

    // At most six digits after the point: more are noise for a reader. JSON has every digit.
    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 1e18 and var size when size == Math.Truncate(size) => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 1e-3 and < 1e15 => Math.Round(value, 6).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString("G6", CultureInfo.InvariantCulture),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
