using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Tests;

/// <summary>For collections that are looked at, not stored; writing one is a mistake of the test.</summary>
internal sealed class Unwritten : ISnapshotWriter
{
    public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A dry run wrote.");
}
