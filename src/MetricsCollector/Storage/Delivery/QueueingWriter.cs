using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// What Collection writes to: never waits for the store. Snapshots are the latest at once, observers are told of them, and
/// <see cref="DeliveryService"/> stores them.
/// </summary>
internal sealed partial class QueueingWriter(
    DeliveryQueue queue,
    LatestSnapshots latest,
    StoreStatus status,
    IEnumerable<ICollectionObserver> observers,
    ILogger<QueueingWriter> logger) : ISnapshotWriter
{
    private readonly ICollectionObserver[] _observers = [.. observers];
    private bool _dropping;

    /// <inheritdoc />
    public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        foreach (var collection in collections)
        {
            latest.Update(collection);
        }

        var loss = queue.Add(collections);
        status.Queued(queue.Count, loss.Collections, loss.Rows);
        Report(loss);
        foreach (var collection in collections)
        {
            foreach (var observer in _observers)
            {
                Tell(observer, collection);
            }
        }

        return ValueTask.CompletedTask;
    }

    // What an observer gets wrong is its own fault: the collection is stored and the target is collected again.
    private void Tell(ICollectionObserver observer, CollectionRun collection)
    {
        try
        {
            observer.Finished(collection);
        }
        catch (Exception exception)
        {
            Log.ObserverFailed(logger, observer.GetType().Name, exception);
        }
    }

    private void Report(DeliveryQueue.Loss loss)
    {
        if (loss.Collections > 0 && !Interlocked.Exchange(ref _dropping, true))
        {
            Log.Dropping(logger, queue.Collections, queue.Rows);
        }

        // Well below the brim, or a queue that stays full would log with every collection.
        if (queue.Rows < queue.Capacity / 2 && Interlocked.Exchange(ref _dropping, false))
        {
            Log.Keeping(logger, status.Read().DroppedCollections);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Observer} failed on a collection, which is stored nevertheless.")]
        public static partial void ObserverFailed(ILogger logger, string observer, Exception exception);

        [LoggerMessage(
            LogLevel.Warning,
            "The queue to the store is full ({Collections} collections, {Rows} rows): the oldest snapshots are being dropped.")]
        public static partial void Dropping(ILogger logger, int collections, long rows);

        [LoggerMessage(
            LogLevel.Information,
            "The queue to the store has room again; {Collections} collections were dropped since the program started.")]
        public static partial void Keeping(ILogger logger, long collections);
    }
}
