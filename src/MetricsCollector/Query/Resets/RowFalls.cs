using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Resets;

/// <summary>Looks up, where the <c>stats_reset</c> of a row moved, whether any counter of the row fell.</summary>
internal static class RowFalls
{
    // So many moves are looked up one by one; when there are more, one look at all of the time between them costs less.
    private const int MostLookedUp = 10;

    /// <summary>The instants at which a counter was less than in the row before it.</summary>
    /// <param name="reader">Where the history is.</param>
    /// <param name="statsReset">The <c>stats_reset</c> of the series.</param>
    /// <param name="counters">Names of the counters of its metric.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async Task<IReadOnlyList<DateTimeOffset>> FindAsync(
        ISnapshotReader reader, SeriesSamples statsReset, IReadOnlyList<string> counters, CancellationToken cancellationToken)
    {
        var samples = statsReset.WithEnds();
        var moves = samples.Zip(samples.Skip(1))
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => (Before: pair.First.At, After: pair.Second.At))
            .ToList();
        if (moves.Count == 0)
        {
            return [];
        }

        var falls = new SortedSet<DateTimeOffset>();
        foreach (var (from, to) in moves.Count > MostLookedUp ? [(moves[0].Before, moves[^1].After)] : moves)
        {
            var filter = new SeriesFilter(
                statsReset.Series.Target,
                statsReset.Series.Metric,
                [.. statsReset.Series.Labels.Items.Select(label => new LabelMatcher(label.Key, label.Value))]);
            await foreach (var read in reader.ReadSamplesAsync(filter, counters, from, to, TimeSpan.Zero, cancellationToken))
            {
                if (read.Series.Labels.Equals(statsReset.Series.Labels))
                {
                    falls.UnionWith(Falls(read.Samples));
                }
            }
        }

        return [.. falls];
    }

    private static IEnumerable<DateTimeOffset> Falls(IReadOnlyList<Sample> samples)
    {
        Sample? earlier = null;
        foreach (var sample in samples.Where(sample => sample.Value is not null))
        {
            if (sample.Value < earlier?.Value)
            {
                yield return sample.At;
            }

            earlier = sample;
        }
    }
}
