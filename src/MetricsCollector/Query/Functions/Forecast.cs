namespace MetricsCollector.Query.Functions;

/// <summary>The line on which a prediction rests.</summary>
/// <param name="From">The first sample of the fit.</param>
/// <param name="To">The last one.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="Last">The value of the last one.</param>
/// <param name="PerDay">The slope, in units of the field for each day.</param>
/// <param name="RSquared">
/// The share of the variance that the line explains, from 0 to 1; null where all values are the same.
/// </param>
/// <param name="CrossesAt">
/// When the line reaches the limit behind the last sample; null where it does not, or no limit is asked for.
/// </param>
public sealed record Forecast(
    DateTimeOffset From, DateTimeOffset To, int Samples, double Last, double PerDay, double? RSquared, DateTimeOffset? CrossesAt);
