namespace MetricsCollector.Api.Http;

/// <summary>Makes pages of what was read.</summary>
internal static class Paging
{
    /// <summary>Makes a page of one item more than a page has, if there were so many: the one more says that there is a page
    /// behind.</summary>
    /// <param name="read">At most <paramref name="limit"/> + 1 items.</param>
    /// <param name="limit">How many items a page has.</param>
    /// <param name="toItem">How an item is shown.</param>
    /// <param name="cursor">The cursor behind an item.</param>
    public static Page<TItem> ToPage<TRead, TItem>(
        this IReadOnlyList<TRead> read, int limit, Func<TRead, TItem> toItem, Func<TRead, string> cursor) =>
        new([.. read.Take(limit).Select(toItem)], read.Count > limit ? cursor(read[limit - 1]) : null);
}
