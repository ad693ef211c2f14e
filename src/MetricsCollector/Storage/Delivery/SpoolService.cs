namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// Moves collections that the store does not take soon from the queue to the spool, whatever the store is busy with.
/// <see cref="DeliveryService"/> brings them to the store when it is back.
/// </summary>
internal sealed class SpoolService(
    DeliveryQueue queue, CollectionSpool spool, Spooler spooler, IStore store, TimeProvider time) : BackgroundService
{
    /// <summary>A store that is well has a collection within a fraction of this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (store.IsRemote)
        {
            spool.Open();
            spooler.Report();
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!store.IsRemote || !spool.Enabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (queue.Collections > 0)
            {
                spooler.Move(Patience);
            }
        }
    }
}
