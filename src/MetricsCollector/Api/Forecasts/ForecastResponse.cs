using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Forecasts;

/// <summary>What becomes of a server's sizes and identifiers.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="From">Start of the history.</param>
/// <param name="To">End of the history.</param>
/// <param name="At">The instant of the predicted values.</param>
/// <param name="Items">The predictions, those that are full first before the others.</param>
internal sealed record ForecastResponse(
    string Target, DateTimeOffset From, DateTimeOffset To, DateTimeOffset At, IReadOnlyList<ForecastItemResponse> Items)
{
    /// <summary>Why there may be less than expected, such as a metric outside the preset; left out when there is nothing to say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }
}
