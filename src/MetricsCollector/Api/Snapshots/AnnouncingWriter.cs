using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Tells the API of every pass on its way to the store.</summary>
internal sealed class AnnouncingWriter(ISnapshotWriter inner, PassFeed feed) : ISnapshotWriter
{
    /// <inheritdoc />
    public async ValueTask WriteAsync(IReadOnlyList<CollectionPass> passes, CancellationToken cancellationToken)
    {
        feed.Begin(passes);
        await inner.WriteAsync(passes, cancellationToken);
        feed.Announce(passes);
    }
}
