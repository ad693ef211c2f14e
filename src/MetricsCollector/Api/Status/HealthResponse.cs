namespace MetricsCollector.Api.Status;

/// <summary>Whether the collector is alive, or ready.</summary>
/// <param name="Status"><c>alive</c>, <c>ready</c> or <c>notReady</c>.</param>
internal sealed record HealthResponse(string Status);
