using System.Text.Json.Serialization;
using MetricsCollector.Api.Queries;
using MetricsCollector.Query.Resets;
using MetricsCollector.Query.Top;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Top;

/// <summary>A group of series that agree on the labels of <c>by</c>, a series by itself, or all that are left out.</summary>
/// <param name="Part"><c>row</c>, <c>remainder</c> for all that have no row, or <c>whole</c>.</param>
/// <param name="Target">The target of its series; null when they may have several.</param>
/// <param name="Labels">The labels on which its series agree.</param>
/// <param name="Groups">How many groups it stands for: 1 for a row.</param>
/// <param name="Fields">What its fields did.</param>
internal sealed record TopRowResponse(
    string Part, string? Target, LabelSet Labels, int Groups, IReadOnlyList<TopFieldResponse> Fields)
{
    /// <summary>What <see cref="Part"/> says of a row.</summary>
    public const string Row = "row";

    /// <summary>What <see cref="Part"/> says of all that have no row.</summary>
    public const string Remainder = "remainder";

    /// <summary>What <see cref="Part"/> says of rows and remainder together.</summary>
    public const string Whole = "whole";

    /// <summary>Where its counters were reset, the first 20; left out but for rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Reset>? Resets { get; init; }

    /// <summary>Where its counters have no values, the first 20, and why; what happened meanwhile is not counted. Left out but for
    /// rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GapResponse>? Gaps { get; init; }

    /// <summary>Texts that describe all its series alike, such as the text of a statement; left out but for rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>Shows a row.</summary>
    public static TopRowResponse Of(TopRow row) => Of(Row, row) with
    {
        Resets = row.Resets,
        Gaps = GapResponse.Of(row.Gaps),
        Attributes = row.Attributes,
    };

    /// <summary>Shows the remainder, or the whole.</summary>
    public static TopRowResponse Of(string part, TopRow row) =>
        new(part, row.Target, row.Labels, row.Groups, [.. row.Fields.Select(TopFieldResponse.Of)]);
}
