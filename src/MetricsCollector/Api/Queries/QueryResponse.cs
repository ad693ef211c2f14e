using System.Text.Json.Serialization;
using MetricsCollector.Query.Functions;

namespace MetricsCollector.Api.Queries;

/// <summary>A computed range, as the API shows it.</summary>
/// <param name="From">Start of the range, inclusive.</param>
/// <param name="To">End of the range, inclusive.</param>
/// <param name="Step">Length of a step, such as <c>1m</c>; null for raw, which has no steps.</param>
/// <param name="Fn">What was computed; null when it differs from field to field.</param>
/// <param name="Series">The series, written as they are read from the store.</param>
internal sealed record QueryResponse(
    DateTimeOffset From, DateTimeOffset To, string? Step, RangeFunction? Fn, IAsyncEnumerable<QuerySeriesResponse> Series)
{
    /// <summary>
    /// Why there may be less than expected, such as a metric outside the preset of a target; left out when there is nothing to say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }
}
