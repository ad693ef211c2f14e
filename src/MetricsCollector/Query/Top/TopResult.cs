namespace MetricsCollector.Query.Top;

/// <summary>Which groups of series did most, and all others together.</summary>
/// <param name="Rows">The groups, that which did most first.</param>
/// <param name="Remainder">All groups that are left out.</param>
/// <param name="Whole">The rows and the remainder together.</param>
/// <param name="Targets">The targets of which there is something.</param>
internal sealed record TopResult(IReadOnlyList<TopRow> Rows, TopRow Remainder, TopRow Whole, IReadOnlyCollection<string> Targets);
