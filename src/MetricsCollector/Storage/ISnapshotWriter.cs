using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>Takes what was collected. Collection knows nothing else of the store.</summary>
public interface ISnapshotWriter
{
    /// <summary>Takes collections; writing one with an <see cref="CollectionRun.Id"/> that is already stored changes nothing.</summary>
    ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken);
}
