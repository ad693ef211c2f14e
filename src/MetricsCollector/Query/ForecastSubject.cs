namespace MetricsCollector.Query;

/// <summary>Something that grows until it is full.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Metric">The metric that measures it.</param>
/// <param name="Field">The field.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Limit">Where it is full; null when that is not known.</param>
/// <param name="IsSetBack">Whether something sets it back now and then, such as a vacuum, so that only what follows counts.</param>
internal sealed record ForecastSubject(string Name, string Metric, string Field, string Unit, double? Limit, bool IsSetBack);
