namespace MetricsCollector.Api.Queries;

/// <summary>The answers of several queries over one range.</summary>
/// <param name="From">Start of the range, inclusive.</param>
/// <param name="To">End of the range, inclusive.</param>
/// <param name="Step">Length of a step of all answers, such as <c>1m</c>; null where none has steps.</param>
/// <param name="Results">The answers, in the order of the queries.</param>
internal sealed record BatchResponse(DateTimeOffset From, DateTimeOffset To, string? Step, IAsyncEnumerable<BatchResultResponse> Results);
