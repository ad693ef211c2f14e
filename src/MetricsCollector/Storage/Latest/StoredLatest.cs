using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Latest;

/// <summary>Brings the newest snapshots that other collectors stored.</summary>
internal sealed class StoredLatest(ISnapshotReader reader, LatestSnapshots latest)
{
    /// <summary>Reads them into <see cref="LatestSnapshots"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken) => latest.Update(await reader.ReadLatestAsync(cancellationToken));

    /// <summary>The newest snapshots that are known, by target.</summary>
    public ILookup<string, Snapshot> ByTarget() =>
        latest.Find(new SeriesFilter()).ToLookup(snapshot => snapshot.Target, StringComparer.Ordinal);

    /// <summary>Says which targets are watched: others have no newest snapshots, whatever the store has of them.</summary>
    public void Watch(IEnumerable<string> targets) => latest.Watch(targets);
}
