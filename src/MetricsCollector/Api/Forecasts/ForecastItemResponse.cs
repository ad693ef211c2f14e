using MetricsCollector.Query;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Forecasts;

/// <summary>What becomes of one thing that grows.</summary>
/// <param name="Name">What it is: <c>databaseSize</c>, <c>walDirectory</c>, <c>transactionIds</c>, <c>multixactIds</c> or
/// <c>sequence</c>.</param>
/// <param name="Metric">The metric that measures it.</param>
/// <param name="Field">The field.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Labels">Which of several it is.</param>
/// <param name="Last">The newest value; null when there is no line.</param>
/// <param name="Predicted">The value at the horizon; null where <paramref name="Reason"/> says why.</param>
/// <param name="PerDay">How much it grows each day; null as above.</param>
/// <param name="Limit">The value at which it is full; null when that is not known.</param>
/// <param name="CrossesAt">When the line reaches the limit; null when it does not.</param>
/// <param name="Fit">What the line rests on; null where there are fewer than two samples.</param>
/// <param name="Reason">Why nothing is predicted; null when something is.</param>
internal sealed record ForecastItemResponse(
    string Name, string Metric, string Field, string Unit, LabelSet Labels, double? Last, double? Predicted, double? PerDay, double? Limit,
    DateTimeOffset? CrossesAt, ForecastFitResponse? Fit, string? Reason)
{
    /// <summary>Shows a prediction.</summary>
    public static ForecastItemResponse Of(ForecastSubject subject, SeriesResult series, string? reason)
    {
        var line = series.Forecast;
        var told = reason is null ? line : null;
        return new ForecastItemResponse(
            subject.Name, subject.Metric, subject.Field, subject.Unit, series.Labels, line?.Last,
            told is null ? null : series.Points[0].Value, told?.PerDay, subject.Limit, told?.CrossesAt,
            ForecastFitResponse.Of(line), reason);
    }
}
