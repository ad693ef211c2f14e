using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>Takes what was collected. Collection knows nothing else of the store.</summary>
public interface ISnapshotWriter
{
    /// <summary>Takes passes; writing one with an <see cref="CollectionPass.Id"/> that is already stored changes nothing.</summary>
    ValueTask WriteAsync(IReadOnlyList<CollectionPass> passes, CancellationToken cancellationToken);
}
