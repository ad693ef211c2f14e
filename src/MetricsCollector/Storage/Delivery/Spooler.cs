using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Delivery;

/// <summary>Moves collections from the queue to the spool; from then on they are safe. Thread-safe.</summary>
internal sealed class Spooler(DeliveryQueue queue, CollectionSpool spool, StoreStatus status)
{
    /// <summary>Rows in one transaction of the spool: some megabytes, a fraction of a second.</summary>
    private const long StepRows = 20_000;

    private readonly Lock _oneAtATime = new();

    /// <summary>Moves collections that have waited for at least so long, oldest first, as far as the spool takes them.</summary>
    public void Move(TimeSpan waited)
    {
        lock (_oneAtATime)
        {
            IReadOnlyList<CollectionRun> overdue;
            int kept;
            do
            {
                overdue = queue.Overdue(waited, StepRows);
                kept = spool.Add(overdue);
                queue.Spooled(overdue.Take(kept));
            }
            while (kept > 0 && kept == overdue.Count);

            Report();
        }
    }

    /// <summary>Says in the status what waits.</summary>
    public void Report()
    {
        status.Queued(queue.Count);
        status.Spooled(spool.Collections, spool.Bytes, spool.Reason);
    }
}
