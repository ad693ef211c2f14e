using System.Collections.Concurrent;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Knows of every collection from its end on: which are not stored yet, and who wants to hear of new ones.</summary>
internal sealed class CollectionBroadcaster(DeliveryQueue queue) : ICollectionObserver
{
    // Starts are rounded down to milliseconds: a collection may carry an instant this much before it began.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<Guid, CollectionRun> _unsettled = new();
    private readonly ConcurrentDictionary<object, Action<CollectionRun>> _listeners = new();

    /// <summary>Calls back with every collection that ends from now on, until disposed. The callback must not wait.</summary>
    public IDisposable Listen(Action<CollectionRun> callback)
    {
        var listener = new Listener(this);
        _listeners.TryAdd(listener, callback);
        return listener;
    }

    /// <summary>An instant up to which everything that was collected is stored: nothing will come in between any more.</summary>
    /// <param name="collectors">Those whose collections count.</param>
    /// <param name="now">The time of the question.</param>
    public DateTimeOffset SettledUntil(IEnumerable<TargetCollector> collectors, DateTimeOffset now)
    {
        var settled = now - Rounding;
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var collector in collectors)
        {
            targets.Add(collector.Target.Name);
            if (collector.RunningSince is { } running && running - Rounding < settled)
            {
                settled = running - Rounding;
            }
        }

        // After those that run: a collection ends here before it ends there.
        foreach (var collection in _unsettled.Values)
        {
            if (targets.Contains(collection.Target) && collection.StartedAt <= settled)
            {
                settled = collection.StartedAt.AddTicks(-1);
            }
        }

        return settled;
    }

    /// <summary>Takes note of a collection that ended and is not stored yet: nothing that began after it is settled.</summary>
    public void Hold(CollectionRun collection) => _unsettled[collection.Id] = collection;

    /// <inheritdoc />
    public void Finished(CollectionRun collection)
    {
        Hold(collection);
        _ = SettleAsync(collection.Id);
        foreach (var listener in _listeners.Values)
        {
            listener(collection);
        }
    }

    private async Task SettleAsync(Guid id)
    {
        await queue.LeavesAsync(id);
        _unsettled.TryRemove(id, out _);
    }

    private sealed class Listener(CollectionBroadcaster feed) : IDisposable
    {
        public void Dispose() => feed._listeners.TryRemove(this, out _);
    }
}
