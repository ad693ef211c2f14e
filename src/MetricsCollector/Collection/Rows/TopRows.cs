using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Rows;

/// <summary>
/// Keeps of a metric with very many rows those that did most since the last collection. Pure but for the memory of that collection.
/// </summary>
/// <param name="limit">At most so many rows are kept.</param>
internal sealed class TopRows(int limit)
{
    private Dictionary<LabelSet, double[]> _before = [];

    /// <summary>Chooses rows.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="activity">For each row its measures of activity, which only grow: the same number for every row.</param>
    /// <returns>The rows that are kept, in their order.</returns>
    public IReadOnlyList<SnapshotRow> Keep(IReadOnlyList<SnapshotRow> rows, IReadOnlyList<double[]> activity)
    {
        var grown = new double[rows.Count][];
        var now = new Dictionary<LabelSet, double[]>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            grown[i] = Growth(activity[i], _before.GetValueOrDefault(rows[i].Labels));
            now[rows[i].Labels] = activity[i];
        }

        _before = now;
        return rows.Count <= limit ? rows : [.. Choose(grown).Order().Select(i => rows[i])];
    }

    // Without a collection before, or after a reset, all that was counted so far is the best measure there is.
    private static double[] Growth(double[] now, double[]? before) =>
        [.. now.Select((value, i) => before is null || value < before[i] ? value : value - before[i])];

    // Each measure gets its share; what several agree on makes room for more of the first.
    private HashSet<int> Choose(double[][] grown)
    {
        var measures = grown[0].Length;
        var chosen = new HashSet<int>(limit);
        for (var measure = 0; measure < measures; measure++)
        {
            chosen.UnionWith(Best(grown, measure).Take(limit / measures));
        }

        foreach (var row in Best(grown, 0))
        {
            if (chosen.Count == limit)
            {
                break;
            }

            chosen.Add(row);
        }

        return chosen;
    }

    private static IEnumerable<int> Best(double[][] grown, int measure) =>
        Enumerable.Range(0, grown.Length).OrderByDescending(i => grown[i][measure]);
}
