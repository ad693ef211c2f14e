namespace MetricsCollector.Api;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What the list has.</typeparam>
/// <param name="Items">The items, in the order of the list.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the page behind; null on the last page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
