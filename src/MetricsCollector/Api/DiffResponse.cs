namespace MetricsCollector.Api;

/// <summary>What changed between two instants.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The second.</param>
/// <param name="Items">What moved, that which moved most first.</param>
/// <param name="LeftOut">How many more moved than <c>limit</c> lets through.</param>
internal sealed record DiffResponse(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<DiffItemResponse> Items, int LeftOut);
