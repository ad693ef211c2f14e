using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// Moves collections from the queue to the store, in order and in batches, and behind them those of the spool. Makes the schema first,
/// tries again while the store is away, and never lets data that the store refuses hold up the rest.
/// </summary>
internal sealed partial class DeliveryService(
    DeliveryQueue queue,
    IStore store,
    CollectionSpool spool,
    Spooler spooler,
    ISnapshotReader reader,
    LatestSnapshots latest,
    StoreStatus status,
    WriteMeter meter,
    TimeProvider time,
    ILogger<DeliveryService> logger) : BackgroundService
{
    /// <summary>Rows in one transaction: about 4 MB of COPY, a fraction of a second, and little to repeat when it fails.</summary>
    internal const long BatchRows = 20_000;

    /// <summary>How long a collection waits for others: collections of many targets share a transaction, and nobody notices the
    /// delay.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a spool that cannot be read is let alone.</summary>
    private static readonly TimeSpan SpoolPause = TimeSpan.FromSeconds(1);

    // Not disposed of: it has no timer, and the host may still cancel it while it disposes of its services.
    private readonly CancellationTokenSource _shutdownTimeOver = new();
    private readonly SemaphoreSlim _oneDrain = new(1);
    private bool _prepared;
    private bool _writeFailed;
    private int _version;
    private bool _warm;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var _ = cancellationToken.Register(_shutdownTimeOver.Cancel);
        await base.StopAsync(cancellationToken);

        // The batch under way goes back to the queue before the queue is drained.
        await (ExecuteTask ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Here and not in ExecuteAsync, which never ran if the host stopped at once. A host may be stopped from two sides, but the queue
        // has one reader.
        await _oneDrain.WaitAsync(CancellationToken.None);
        try
        {
            await DrainAsync(cancellationToken);
        }
        finally
        {
            _oneDrain.Release();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PrepareAsync(stoppingToken);
                if (spool.Collections == 0)
                {
                    await queue.WaitAsync(stoppingToken);
                }

                if (queue.Rows < BatchRows && spool.Collections == 0)
                {
                    await Task.Delay(Linger, time, stoppingToken);
                }

                // A batch under way is let finish when the host stops, as long as the host allows.
                await FlushAsync(_shutdownTimeOver.Token);
                failures = 0;
                if (!await ReplayAsync(_shutdownTimeOver.Token))
                {
                    await Task.Delay(SpoolPause, time, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Failed(exception);
                await DelayAsync(RetryDelay.After(++failures, Random.Shared.NextDouble()), stoppingToken);
            }
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_prepared)
        {
            return;
        }

        _version = await store.PrepareAsync(cancellationToken).WaitAsync(cancellationToken);
        await WarmAsync(cancellationToken);
        _prepared = true;

        // A store that can be read but not written is not ready again before a write went well.
        if (!_writeFailed)
        {
            ReportReady();
        }
    }

    private void ReportReady()
    {
        if (status.Ready(_version))
        {
            Log.Ready(logger, _version, queue.Collections + spool.Collections);
        }
    }

    private async Task WarmAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_warm)
            {
                latest.Update(await reader.ReadLatestAsync(cancellationToken).WaitAsync(cancellationToken));
            }
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or StoreUnavailableException))
        {
            // Something stored cannot be read, which is no reason to stop storing: the latest snapshots come from the next collections.
            Log.Cold(logger, exception);
        }

        _warm = true;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var batch = queue.Take(BatchRows);
        if (batch.Count == 0)
        {
            return;
        }

        var done = 0;
        try
        {
            await WriteAsync(batch, () => done++, cancellationToken);
            queue.Done();
            status.Queued(queue.Count);
        }
        catch
        {
            var loss = queue.PutBack(done);
            status.Queued(queue.Count, loss.Collections, loss.Rows);
            throw;
        }
    }

    /// <summary>One batch of the spool after each batch of what was just collected: neither waits for the other to end.</summary>
    /// <returns>Whether it went as it should.</returns>
    private async Task<bool> ReplayAsync(CancellationToken cancellationToken)
    {
        if (spool.Collections == 0)
        {
            return true;
        }

        var batch = spool.Oldest(BatchRows);
        if (batch.Count == 0)
        {
            spooler.Report();
            return false;
        }

        await WriteAsync([.. batch.Select(spooled => spooled.Collection).OfType<CollectionRun>()], static () => { }, cancellationToken);
        status.Queued(queue.Count, batch.Count(spooled => spooled.Collection is null));
        var removed = spool.Remove(batch[^1].Place);
        spooler.Report();
        return removed;
    }

    private async Task WriteAsync(IReadOnlyList<CollectionRun> batch, Action oneDone, CancellationToken cancellationToken)
    {
        _writeFailed = true;
        try
        {
            await WriteToStoreAsync(batch, cancellationToken);
        }
        catch (SnapshotsRefusedException)
        {
            foreach (var collection in batch)
            {
                await WriteOneAsync(collection, cancellationToken);
                oneDone();
            }
        }

        _writeFailed = false;
        ReportReady();
    }

    // A store that hangs may not answer the cancellation either. What it takes in the end after all is not written twice.
    private Task WriteToStoreAsync(IReadOnlyList<CollectionRun> batch, CancellationToken cancellationToken) =>
        meter.WriteAsync(batch.Count, () => store.WriteAsync(batch, cancellationToken).AsTask()).WaitAsync(cancellationToken);

    private async Task WriteOneAsync(CollectionRun collection, CancellationToken cancellationToken)
    {
        try
        {
            await WriteToStoreAsync([collection], cancellationToken);
        }
        catch (SnapshotsRefusedException exception)
        {
            queue.Refused(collection.Id);
            status.Refused(exception.Message);
            latest.NotStored(collection, exception.Message);
            Log.Refused(logger, collection.Id, collection.Target, exception.Message);
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (queue.Collections > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await PrepareAsync(cancellationToken);
                await FlushAsync(cancellationToken);
            }
        }
        catch (Exception exception)
        {
            // What the store does not take in time is taken by the spool, and replayed at the next start.
            if (store.IsRemote)
            {
                spooler.Move(TimeSpan.Zero);
            }

            if (queue.Collections > 0)
            {
                Log.LeftBehind(logger, queue.Collections, queue.Rows, StoreFailure.Describe(exception));
            }
        }
    }

    private void Failed(Exception exception)
    {
        // Whatever went wrong, the store may be another one when it is back: look at its schema again.
        _prepared = false;
        var reason = StoreFailure.Describe(exception);
        var news = exception is SchemaTooNewException tooNew ? status.TooNew(tooNew) : status.Unavailable(reason);
        if (news)
        {
            Log.Failed(logger, reason);
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information, "The store is ready (schema version {Version}); {Collections} collections wait to be written.")]
        public static partial void Ready(ILogger logger, int version, int collections);

        [LoggerMessage(LogLevel.Error, "The latest snapshots could not be read from the store; the next collections bring them.")]
        public static partial void Cold(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Error, "The store does not take snapshots, they wait and are tried again: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The store refused collection {Id} of target {Target}, it is dropped: {Reason}")]
        public static partial void Refused(ILogger logger, Guid id, string target, string reason);

        [LoggerMessage(LogLevel.Error, "{Collections} collections ({Rows} rows) could not be stored before the program ended: {Reason}")]
        public static partial void LeftBehind(ILogger logger, int collections, long rows, string reason);
    }
}
