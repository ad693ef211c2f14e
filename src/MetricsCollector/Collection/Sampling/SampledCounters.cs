using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Sampling;

/// <summary>
/// Adds up samples of what is there at a moment to counters of seconds. Every snapshot has the rows that counted most since the one before,
/// and one row for the rest. A row that is not in a snapshot begins at 0 again, so that the increases of all rows are the whole.
/// </summary>
/// <param name="limit">At most so many rows are kept, the one for the rest left out.</param>
internal sealed class SampledCounters(int limit)
{
    /// <summary>What the labels of the row for the rest say.</summary>
    public const string Others = "(others)";

    private readonly Dictionary<LabelSet, Count> _counts = [];
    private long _storedRest;
    private (List<KeyValuePair<LabelSet, Count>> Kept, long Left)? _shown;

    /// <summary>Adds a sample.</summary>
    /// <param name="rows">What was there: each row has one reading.</param>
    /// <param name="time">The time that it stands for.</param>
    /// <returns>What was added in all.</returns>
    public long Add(IReadOnlyList<SnapshotRow> rows, SampledTime time)
    {
        var sum = 0L;
        foreach (var row in rows)
        {
            var added = (long)(row.Readings[0] ?? 0) * time.Units;
            if (added > 0)
            {
                var count = _counts.GetValueOrDefault(row.Labels);
                _counts[row.Labels] = count with { Added = count.Added + added };
                sum += added;
            }
        }

        return sum;
    }

    /// <summary>The rows of a snapshot.</summary>
    public IReadOnlyList<SnapshotRow> Rows()
    {
        var active = _counts.Where(count => count.Value.Added > 0)
            .OrderByDescending(count => count.Value.Added)
            .ThenBy(count => count.Key.ToJson(), StringComparer.Ordinal)
            .ToList();
        var kept = active.Take(limit).ToList();
        var rest = active.Skip(limit).Sum(count => count.Value.Added);
        _shown = (kept, rest);
        var rows = kept.ConvertAll(count => Row(count.Key, count.Value.Stored + count.Value.Added));
        if (rest > 0)
        {
            var labels = kept[0].Key.Items.Select(label => KeyValuePair.Create(label.Key, Others));
            rows.Add(Row(LabelSet.Of(labels), _storedRest + rest));
        }

        return rows;
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _counts.Clear();
        (_storedRest, _shown) = (0, null);
    }

    /// <summary>The snapshot with the last <see cref="Rows"/> is stored: the next one counts from there.</summary>
    public void Stored()
    {
        if (_shown is var (kept, rest))
        {
            _storedRest = rest > 0 ? _storedRest + rest : 0;
            _counts.Clear();
            foreach (var (labels, count) in kept)
            {
                _counts[labels] = new Count(count.Stored + count.Added, 0);
            }

            _shown = null;
        }
    }

    private static SnapshotRow Row(LabelSet labels, long units) => new(labels, [SampledTime.Seconds(units)]);

    private readonly record struct Count(long Stored, long Added);
}
