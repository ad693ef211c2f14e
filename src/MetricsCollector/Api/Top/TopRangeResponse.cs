namespace MetricsCollector.Api.Top;

/// <summary>A range of time.</summary>
/// <param name="From">Its first instant.</param>
/// <param name="To">Its last.</param>
internal sealed record TopRangeResponse(DateTimeOffset From, DateTimeOffset To);
