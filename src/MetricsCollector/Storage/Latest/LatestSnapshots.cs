using System.Collections.Concurrent;
using System.Collections.Frozen;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Latest;

/// <summary>
/// The newest snapshot of every target and metric, in memory: what people ask for most needs no store. Thread-safe; reads take
/// no lock; an older snapshot never replaces a newer one.
/// </summary>
public sealed class LatestSnapshots
{
    /// <summary>
    /// Times of snapshots go back only when the clock was ahead by more than this: else they wait for it (SnapshotClock).
    /// </summary>
    internal static readonly TimeSpan MostAhead = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<(string Target, string Metric), Snapshot> _snapshots = new();
    private volatile FrozenSet<string>? _watched;

    /// <summary>The newest snapshot of one metric of one target, or null.</summary>
    public Snapshot? Find(string target, string metric) => _snapshots.GetValueOrDefault((target, metric));

    /// <summary>
    /// The newest snapshots of the targets and metrics that match, ordered by target and metric. With labels, only their
    /// matching rows, and only snapshots that have one.
    /// </summary>
    public IReadOnlyList<Snapshot> Find(SeriesFilter filter)
    {
        if (filter is { Target: { } target, Metric: { } metric })
        {
            return Find(target, metric) is { } only && Narrow(only, filter) is { } found ? [found] : [];
        }

        return [.. _snapshots
            .Where(
                entry => (filter.Target is null || filter.Target == entry.Key.Target)
                    && (filter.Metric is null || filter.Metric == entry.Key.Metric))
            .Select(entry => Narrow(entry.Value, filter))
            .OfType<Snapshot>()
            .OrderBy(snapshot => snapshot.Target, StringComparer.Ordinal)
            .ThenBy(snapshot => snapshot.Metric, StringComparer.Ordinal)];
    }

    /// <summary>Takes the snapshots of a collection that just ended. They replace those of a clock that was far ahead.</summary>
    public void Update(CollectionRun collection)
    {
        foreach (var snapshot in collection.Snapshots)
        {
            _snapshots.AddOrUpdate(
                (snapshot.Target, snapshot.Metric),
                static (_, added) => added,
                static (_, known, added) =>
                    added.CollectedAt > known.CollectedAt || known.CollectedAt - added.CollectedAt > MostAhead
                        ? added
                        : known,
                snapshot);
        }
    }

    /// <summary>Takes stored snapshots; those older than what is known are left aside.</summary>
    public void Update(IEnumerable<Snapshot> snapshots)
    {
        foreach (var snapshot in snapshots.Where(snapshot => _watched?.Contains(snapshot.Target) != false))
        {
            _snapshots.AddOrUpdate(
                (snapshot.Target, snapshot.Metric),
                static (_, added) => added,
                static (_, known, added) => added.CollectedAt > known.CollectedAt ? added : known,
                snapshot);
        }
    }

    /// <summary>Says in the snapshots of a collection, as far as they are still the newest, that the store does not have them.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="reason">Why the store refused it.</param>
    public void NotStored(CollectionRun collection, string reason)
    {
        foreach (var snapshot in collection.Snapshots.Where(
            snapshot => snapshot.Outcome.Status is OutcomeStatus.Ok or OutcomeStatus.Partial))
        {
            var refused = $"the store refused it: {reason}";
            var told = snapshot with
            {
                Outcome = Outcome.Partial(snapshot.Outcome.Reason is { } before ? $"{before}; {refused}" : refused),
            };
            _snapshots.TryUpdate((snapshot.Target, snapshot.Metric), told, snapshot);
        }
    }

    /// <summary>
    /// Says which targets are watched. Snapshots of others are forgotten and not taken any more; before the first call all are.
    /// </summary>
    public void Watch(IEnumerable<string> targets)
    {
        var watched = targets.ToFrozenSet(StringComparer.Ordinal);
        if (_watched?.SetEquals(watched) == true)
        {
            return;
        }

        _watched = watched;
        foreach (var target in _snapshots.Keys.Select(key => key.Target).Distinct().Where(target => !watched.Contains(target)))
        {
            Forget(target);
        }
    }

    /// <summary>Forgets a target that is no longer watched.</summary>
    public void Forget(string target)
    {
        foreach (var key in _snapshots.Keys.Where(key => key.Target == target))
        {
            _snapshots.TryRemove(key, out _);
        }
    }

    private static Snapshot? Narrow(Snapshot snapshot, SeriesFilter filter)
    {
        if (filter.Labels is null or [])
        {
            return snapshot;
        }

        var rows = snapshot.Rows.Where(row => filter.MatchesLabels(row.Labels)).ToArray();
        return rows.Length == 0 ? null : snapshot with { Rows = rows };
    }
}
