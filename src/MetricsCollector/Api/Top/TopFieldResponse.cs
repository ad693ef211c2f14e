using MetricsCollector.Query.Top;

namespace MetricsCollector.Api.Top;

/// <summary>What a field of a row did.</summary>
/// <param name="Field">Name of the field.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Increase">By how much the counter grew; null for a gauge, and when that is not known.</param>
/// <param name="PerSecond">The same for each second that was seen; of several series the sum.</param>
/// <param name="PerCall">The same for each call; null when the metric does not count calls, or there were none.</param>
/// <param name="Last">The last value of the gauge in the range, of several series the sum; null for a counter.</param>
/// <param name="Share">Its part of the whole, from 0 to 1; null when the whole is 0.</param>
/// <param name="Previous">What it did in the previous range; null without <c>compare</c>, and when nothing is known of it.</param>
internal sealed record TopFieldResponse(
    string Field, string Unit, double? Increase, double? PerSecond, double? PerCall, double? Last, double? Share,
    TopAmountsResponse? Previous)
{
    /// <summary>Shows a field.</summary>
    public static TopFieldResponse Of(TopField field) => new(
        field.Field.Name, field.Field.Unit, field.Now.Increase, field.Now.PerSecond, field.Now.PerCall, field.Now.Last, field.Share,
        TopAmountsResponse.Of(field.Previous));
}
