namespace MetricsCollector.Query.Top;

/// <summary>Parts a whole into rows and the remainder.</summary>
internal static class TopParts
{
    /// <summary>
    /// What each row, the remainder and the whole sum up to, now and in the range before. The whole is what the rows in their order and
    /// then the remainder add up to, so that no digit is missing.
    /// </summary>
    /// <param name="fields">How many fields.</param>
    /// <param name="ranked">All groups that are told, in their order.</param>
    /// <param name="shown">Those that have a row: the first ones.</param>
    /// <param name="before">All groups of the range before; null when nobody asked.</param>
    public static (
        (TopSums Now, TopSums? Before)[] Rows, (TopSums Now, TopSums? Before) Remainder, (TopSums Now, TopSums? Before) Whole) Of(
        int fields, IReadOnlyList<TopGroup> ranked, IReadOnlyList<TopGroup> shown, TopGroups? before)
    {
        (TopSums Now, TopSums? Before)[] rows = [.. shown.Select(group => (group.Sums, before?.Find(group)?.Sums))];
        var rest = TopSums.Zero(fields);
        foreach (var group in ranked.Skip(shown.Count))
        {
            rest.Add(group.Sums);
        }

        if (before is null || !before.All.Any(group => group.Sums.Any))
        {
            return (rows, (rest, null), (Whole(rows.Select(row => row.Now), rest), null));
        }

        var restBefore = TopSums.Zero(fields);
        var listed = shown.Select(before.Find).ToHashSet();
        foreach (var group in before.All.Where(group => !listed.Contains(group)))
        {
            restBefore.Add(group.Sums);
        }

        return (
            rows,
            (rest, restBefore),
            (Whole(rows.Select(row => row.Now), rest), Whole(rows.Select(row => row.Before).OfType<TopSums>(), restBefore)));

        TopSums Whole(IEnumerable<TopSums> parts, TopSums remainder)
        {
            var whole = TopSums.Zero(fields);
            foreach (var part in parts.Append(remainder))
            {
                whole.Add(part);
            }

            return whole;
        }
    }
}
