namespace MetricsCollector.Query.Top;

/// <summary>What is known of one field of a group in one range.</summary>
/// <param name="Increase">By how much a counter grew; null for a gauge, and when that is not known.</param>
/// <param name="PerSecond">The same for each second that was seen; of several series the sum.</param>
/// <param name="PerCall">The same for each call; null when calls are not counted or there were none.</param>
/// <param name="Last">The last value of a gauge, of several series the sum; null for a counter.</param>
internal sealed record TopAmounts(double? Increase, double? PerSecond, double? PerCall, double? Last);
