using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Stored snapshots in order, read in portions, without rows whose labels match no glob.</summary>
/// <param name="reader">The store.</param>
/// <param name="range">What to read; its limit is the size of a portion.</param>
/// <param name="globs">Labels that must match besides.</param>
internal sealed class SnapshotPages(ISnapshotReader reader, SnapshotRange range, LabelGlobs globs)
{
    // A glob that nearly nothing matches must not make one request read the whole history.
    private const int MostPortions = 20;

    /// <summary>Everything, one portion in memory at a time.</summary>
    public async IAsyncEnumerable<Snapshot> AllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rest = range;
        IReadOnlyList<Snapshot> portion;
        do
        {
            portion = await reader.ReadSnapshotsAsync(rest, cancellationToken);
            foreach (var snapshot in portion)
            {
                if (globs.Narrow(snapshot) is { } narrowed)
                {
                    yield return narrowed;
                }
            }

            rest = portion.Count == 0 ? rest : rest with { After = PositionOf(portion[^1]) };
        }
        while (portion.Count == range.Limit);
    }

    /// <summary>One page, and the place behind which the next one starts; null when there is nothing behind it.</summary>
    public async Task<(List<Snapshot> Items, SnapshotPosition? Next)> PageAsync(int limit, CancellationToken cancellationToken)
    {
        var items = new List<Snapshot>();
        var rest = range with { Limit = limit + 1 };
        for (var portions = 0; portions < MostPortions; portions++)
        {
            var portion = await reader.ReadSnapshotsAsync(rest, cancellationToken);
            foreach (var snapshot in portion)
            {
                if (globs.Narrow(snapshot) is not { } narrowed)
                {
                    continue;
                }

                if (items.Count == limit)
                {
                    return (items, PositionOf(items[^1]));
                }

                items.Add(narrowed);
            }

            if (portion.Count < rest.Limit)
            {
                return (items, null);
            }

            rest = rest with { After = PositionOf(portion[^1]) };
        }

        return (items, rest.After);
    }

    /// <summary>The place of a snapshot.</summary>
    public static SnapshotPosition PositionOf(Snapshot snapshot) => new(snapshot.CollectedAt, snapshot.Target, snapshot.Metric);
}
