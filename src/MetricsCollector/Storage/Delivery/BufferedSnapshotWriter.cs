
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// What Collection writes to: never waits for the store. Snapshots are the latest at once, observers are told of them, and
/// <see cref="StoreFlushService"/> stores them.
/// </summary>
internal sealed partial class BufferedSnapshotWriter(
    PassQueue queue,
    LatestSnapshots latest,
    StoreStatus status,
    IEnumerable<ICollectionObserver> observers,
    ILogger<BufferedSnapshotWriter> logger) : ISnapshotWriter
{
    private readonly ICollectionObserver[] _observers = [.. observers];
    private bool _dropping;

    /// <inheritdoc />
    public ValueTask WriteAsync(IReadOnlyList<CollectionPass> passes, CancellationToken cancellationToken)
    {
        foreach (var pass in passes)
        {
            latest.Update(pass);
        }

        var loss = queue.Add(passes);
        status.Queued(queue.Count, loss.Passes, loss.Rows);
        Report(loss);
        foreach (var pass in passes)
        {
            foreach (var observer in _observers)
            {
                observer.Finished(pass);
            }
        }

        return ValueTask.CompletedTask;
    }

    private void Report(PassQueue.Loss loss)
    {
        if (loss.Passes > 0 && !Interlocked.Exchange(ref _dropping, true))
        {
            Log.Dropping(logger, queue.Passes, queue.Rows);
        }

        // Well below the brim, or a queue that stays full would log with every pass.
        if (queue.Rows < queue.Capacity / 2 && Interlocked.Exchange(ref _dropping, false))
        {
            Log.Keeping(logger, status.Read().DroppedPasses);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The queue to the store is full ({Passes} passes, {Rows} rows): the oldest snapshots are being dropped.")]
        public static partial void Dropping(ILogger logger, int passes, long rows);

        [LoggerMessage(LogLevel.Information, "The queue to the store has room again; {Passes} passes were dropped since the program started.")]
        public static partial void Keeping(ILogger logger, long passes);
    }
}
