namespace MetricsCollector.Api;

/// <summary>What changed between two instants.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The second.</param>
/// <param name="Items">The counters that moved, those that moved most first.</param>
internal sealed record DiffResponse(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<DiffItemResponse> Items);
