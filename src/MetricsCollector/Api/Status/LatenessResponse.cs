namespace MetricsCollector.Api.Status;

/// <summary>How late scheduled collections began, in milliseconds, over the latest ten thousand.</summary>
/// <param name="P50">Half of them were not later.</param>
/// <param name="P99">Ninety-nine percent of them were not later.</param>
/// <param name="Max">None was later.</param>
internal sealed record LatenessResponse(double P50, double P99, double Max);
