using System.Text.Json.Serialization;
using MetricsCollector.Api.Queries;
using MetricsCollector.Query;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Diff;

/// <summary>
/// What a counter of a series did between two instants: each counter by itself, or with <c>field</c> or <c>order</c> the one that orders.
/// </summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Field">Name of the field.</param>
/// <param name="Unit">Unit of the increase.</param>
/// <param name="Labels">What the series is about.</param>
/// <param name="Increase">By how much it grew; null when that is not known.</param>
/// <param name="PerSecond">The same for each second that was seen.</param>
/// <param name="Share">Its part of what the field grew by over all series, from 0 to 1.</param>
/// <param name="Resets">Where it was reset.</param>
internal sealed record DiffItemResponse(
    string Target, string Field, string Unit, LabelSet Labels, double? Increase, double? PerSecond, double Share,
    IReadOnlyList<Reset> Resets)
{
    /// <summary>Where values are missing, and why; what happened meanwhile is not counted.</summary>
    public IReadOnlyList<GapResponse> Gaps { get; init; } = [];

    /// <summary>Texts that describe the series, such as the text of a statement.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>What each of the chosen counters did; left out without <c>field</c> and <c>order</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DiffFieldResponse>? Fields { get; init; }

    /// <summary>Shows an item.</summary>
    public static DiffItemResponse Of(DiffItem item) => new(
        item.Series.Target, item.First.Field, item.First.Unit, item.Series.Labels, item.First.Increase, item.First.PerSecond,
        item.First.Share, item.First.Resets)
    {
        Gaps = GapResponse.Of(item.First.Gaps),
        Attributes = item.Attributes,
        Fields = item.Fields is null ? null : [.. item.Fields.Select(DiffFieldResponse.Of)],
    };
}
