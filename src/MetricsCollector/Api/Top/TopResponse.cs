using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsCollector.Query.Top;

namespace MetricsCollector.Api.Top;

/// <summary>Which groups of series did most in a range, and all others together.</summary>
/// <param name="From">The first instant.</param>
/// <param name="To">The last.</param>
/// <param name="Previous">The range to which <c>previous</c> of each field belongs; null without <c>compare</c>.</param>
/// <param name="Order">What ranks the rows.</param>
/// <param name="Items">The rows, that which did most first.</param>
/// <param name="Remainder">All that have no row.</param>
/// <param name="Whole">Rows and remainder together.</param>
internal sealed record TopResponse(
    DateTimeOffset From, DateTimeOffset To, TopRangeResponse? Previous, string Order, IReadOnlyList<TopRowResponse> Items,
    TopRowResponse Remainder, TopRowResponse Whole)
{
    /// <summary>
    /// Why there may be less than expected, such as a metric outside the preset of a target; left out when there is nothing to say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>Shows an answer.</summary>
    public static TopResponse Of(TopQuery query, TopResult result) => new(
        query.Range.From,
        query.Range.To,
        query.Previous is { } previous ? new TopRangeResponse(previous.From, previous.To) : null,
        $"{query.Order.Name}:{JsonNamingPolicy.CamelCase.ConvertName(query.Measure.ToString())}",
        [.. result.Rows.Select(TopRowResponse.Of)],
        TopRowResponse.Of(TopRowResponse.Remainder, result.Remainder),
        TopRowResponse.Of(TopRowResponse.Whole, result.Whole));
}
