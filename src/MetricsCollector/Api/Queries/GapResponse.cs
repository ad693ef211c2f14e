using MetricsCollector.Query;

namespace MetricsCollector.Api.Queries;

/// <summary>A time without values, as the API shows it.</summary>
/// <param name="From">When the last value before it was read.</param>
/// <param name="To">When the first value after it was read.</param>
/// <param name="Reason">How collecting ended in between; null when series of several targets became one, and behind the first gaps of an
/// answer.</param>
internal sealed record GapResponse(DateTimeOffset From, DateTimeOffset To, string? Reason)
{
    /// <summary>Shows gaps.</summary>
    public static IReadOnlyList<GapResponse> Of(IReadOnlyList<ExplainedGap> gaps) =>
        gaps is [] ? [] : [.. gaps.Select(gap => new GapResponse(gap.From, gap.To, gap.Reason))];
}
