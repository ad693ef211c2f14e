using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace MetricsCollector.Api.Queries;

/// <summary>The answer of one of several queries.</summary>
/// <param name="Series">The series; none where there is a problem.</param>
internal sealed record BatchResultResponse(IReadOnlyList<QuerySeriesResponse> Series)
{
    /// <summary>
    /// Why there may be less than expected, such as a metric outside the preset of a target; left out when there is nothing to say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>What is wrong with the query, as the single query would say it; left out when it was answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProblemDetails? Problem { get; init; }
}
