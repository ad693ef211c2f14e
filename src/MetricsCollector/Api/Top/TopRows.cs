using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Json;

namespace MetricsCollector.Api.Top;

/// <summary>A ranking as rows: one for each field of each group, and at the end those of the remainder.</summary>
internal static class TopRows
{
    private static readonly string[] Amounts =
    [
        "groups", "field", "unit", "increase", "perSecond", "perCall", "last", "share",
        "previousIncrease", "previousPerSecond", "previousPerCall", "previousLast", "attributes",
    ];

    /// <summary>The names of the columns.</summary>
    public static IReadOnlyList<string> Columns(IReadOnlyList<string> labels) => ["part", "target", .. labels, .. Amounts];

    /// <summary>The rows.</summary>
    public static RowSet<TopRowResponse> Of(TopResponse answer, IReadOnlyList<string> labels) => new(
        answer.Items.Append(answer.Remainder).ToAsyncEnumerable(),
        Columns(labels),
        row => row.Fields.Select(field => (Cell[])
        [
            row.Part, row.Target, .. labels.Select(label => (Cell)row.Labels[label]), (double?)row.Groups, field.Field, field.Unit,
            field.Increase, field.PerSecond, field.PerCall, field.Last, field.Share,
            field.Previous?.Increase, field.Previous?.PerSecond, field.Previous?.PerCall, field.Previous?.Last,
            row.Attributes is null ? (Cell)(string?)null : (Cell)WireJson.Text(row.Attributes),
        ]));
}
