using MetricsCollector.Query.Functions;

namespace MetricsCollector.Api.Forecasts;

/// <summary>What a line of least squares rests on.</summary>
/// <param name="From">Its first sample.</param>
/// <param name="To">Its last one.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="RSquared">The share of the variance that it explains, from 0 to 1; null where all values are the same.</param>
internal sealed record ForecastFitResponse(DateTimeOffset From, DateTimeOffset To, int Samples, double? RSquared)
{
    /// <summary>Shows what a line rests on.</summary>
    public static ForecastFitResponse? Of(Forecast? line) =>
        line is null ? null : new ForecastFitResponse(line.From, line.To, line.Samples, line.RSquared);
}
