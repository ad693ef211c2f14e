namespace MetricsCollector.Query;

/// <summary>A page of what changed between two instants.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The second.</param>
/// <param name="Items">What moved, that which moved most first.</param>
/// <param name="LeftOut">How many more moved than are on this page and those before it.</param>
/// <param name="Next">Where the page behind begins; null on the last page.</param>
internal sealed record DiffResult(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<DiffItem> Items, int LeftOut, DiffPosition? Next);
