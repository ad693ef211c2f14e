using MetricsCollector.Query.Top;

namespace MetricsCollector.Api.Top;

/// <summary>What a field of a row did in the previous range.</summary>
/// <param name="Increase">By how much the counter grew; null for a gauge.</param>
/// <param name="PerSecond">The same for each second that was seen; of several series the sum.</param>
/// <param name="PerCall">The same for each call; null when calls are not counted or there were none.</param>
/// <param name="Last">The last value of the gauge; null for a counter.</param>
internal sealed record TopAmountsResponse(double? Increase, double? PerSecond, double? PerCall, double? Last)
{
    /// <summary>Shows amounts; null when nothing is known.</summary>
    public static TopAmountsResponse? Of(TopAmounts? amounts) =>
        amounts is null ? null : new(amounts.Increase, amounts.PerSecond, amounts.PerCall, amounts.Last);
}
