using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Queries;

/// <summary>Several queries over one range.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchRequest
{
    /// <summary>Start of the range, as <c>from</c> of a single query; an hour ago when left out.</summary>
    public string? From { get; init; }

    /// <summary>End of the range, as <c>to</c> of a single query; now when left out.</summary>
    public string? To { get; init; }

    /// <summary>Length of a step of all queries; the longest that one of them would have by itself when left out.</summary>
    public string? Step { get; init; }

    /// <summary>The queries, 1 to 50.</summary>
    public IReadOnlyList<BatchQuery>? Queries { get; init; }
}
