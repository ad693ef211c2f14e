using System.Globalization;
using System.Text;
using MetricsCollector.Api.Top;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Commands.Reports;

/// <summary>A ranking for a terminal: a line for each row, the remainder as the last.</summary>
internal static class TopTable
{
    /// <summary>How wide it is where the output is no terminal.</summary>
    public const int UsualWidth = 140;

    // A text that has less room than this is given so much nevertheless.
    private const int LeastText = 20;

    private const string Gap = "  ";

    /// <summary>The table.</summary>
    /// <param name="answer">The ranking.</param>
    /// <param name="labels">The labels of its rows.</param>
    /// <param name="by">What its rows have in common; null where each is a series.</param>
    /// <param name="width">How wide a line may be.</param>
    public static string Of(TopResponse answer, IReadOnlyList<string> labels, IReadOnlyList<string>? by, int width)
    {
        var targets = by is null || by.Contains("target");
        var texts = answer.Items.Any(item => item.Attributes is { Count: > 0 });
        List<string> header =
        [
            .. targets ? ["target"] : (string[])[], .. labels,
            .. answer.Whole.Fields.SelectMany(field => Columns(field, answer.Previous is not null)), .. texts ? ["text"] : (string[])[],
        ];
        List<List<string>> rows =
        [
            .. answer.Items.Append(answer.Remainder).Select(row => (List<string>)
            [
                .. Names(row, targets, labels),
                .. row.Fields.Zip(answer.Whole.Fields).SelectMany(pair => Cells(pair.First, pair.Second, answer.Previous is not null)),
                .. texts ? [PlainText.Line(string.Join(" ", row.Attributes?.Values ?? []))] : (string[])[],
            ]),
        ];
        if (texts)
        {
            var before = Enumerable.Range(0, header.Count - 1)
                .Sum(column => rows.Max(row => Math.Max(row[column].Length, header[column].Length)) + Gap.Length);
            rows.ForEach(row => row[^1] = Cut(row[^1], Math.Max(LeastText, width - before)));
        }

        var text = new StringBuilder();
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.Order}, {answer.From:u} to {answer.To:u}, {answer.Items.Count} of {answer.Whole.Groups}"));
        return text.Append(TextTable.Of(header, rows)).ToString();
    }

    private static string[] Names(TopRowResponse row, bool targets, IReadOnlyList<string> labels)
    {
        string[] names =
        [
            .. targets ? [row.Target ?? string.Empty] : (string[])[], .. labels.Select(label => row.Labels[label] ?? string.Empty),
        ];
        if (row.Part == TopRowResponse.Remainder)
        {
            names[0] = string.Create(CultureInfo.InvariantCulture, $"({row.Groups} others)");
        }

        return names;
    }

    private static string[] Columns(TopFieldResponse field, bool compared) =>
        field.Last is not null
            ? [field.Field, "%", .. compared ? ["before"] : (string[])[]]
            :
            [
                field.Field, "%", "per second", .. field.PerCall is null ? (string[])[] : ["per call"],
                .. compared ? ["before"] : (string[])[],
            ];

    // The whole decides which columns there are.
    private static IEnumerable<string> Cells(TopFieldResponse field, TopFieldResponse whole, bool compared)
    {
        yield return Number(field.Increase ?? field.Last);
        yield return field.Share is { } share ? (share * 100).ToString("0.0", CultureInfo.InvariantCulture) : string.Empty;
        if (whole.Last is null)
        {
            yield return Number(field.PerSecond);
            if (whole.PerCall is not null)
            {
                yield return Number(field.PerCall);
            }
        }

        if (compared)
        {
            yield return Number(field.Previous?.Increase ?? field.Previous?.Last);
        }
    }

    private static string Number(double? number) => number switch
    {
        null => string.Empty,
        { } value when value == Math.Truncate(value) && Math.Abs(value) < 1e15 => value.ToString("0", CultureInfo.InvariantCulture),
        { } value when Math.Abs(value) is >= 1e-3 and < 1e15 => Math.Round(value, 3).ToString(CultureInfo.InvariantCulture),
        { } value => value.ToString("G4", CultureInfo.InvariantCulture),
    };

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";
}
