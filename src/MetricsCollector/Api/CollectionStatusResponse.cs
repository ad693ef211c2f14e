namespace MetricsCollector.Api;

/// <summary>How collecting goes.</summary>
/// <param name="Metrics">How many metrics the catalog has.</param>
/// <param name="LastPassAt">When the last pass over any target started; null before the first.</param>
/// <param name="MaxLatenessMs">The longest that the last scheduled pass of a target started after its tick.</param>
internal sealed record CollectionStatusResponse(int Metrics, DateTimeOffset? LastPassAt, double MaxLatenessMs);
