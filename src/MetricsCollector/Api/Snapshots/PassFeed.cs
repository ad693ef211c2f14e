using System.Collections.Concurrent;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Knows of every pass from its end on: which are not stored yet, and who wants to hear of new ones.</summary>
internal sealed class PassFeed(PassQueue queue) : ICollectionObserver
{
    // Starts are rounded down to milliseconds: a pass may carry an instant this much before it began.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<Guid, CollectionPass> _unsettled = new();
    private readonly ConcurrentDictionary<object, Action<CollectionPass>> _listeners = new();

    /// <summary>Calls back with every pass that ends from now on, until disposed. The callback must not wait.</summary>
    public IDisposable Listen(Action<CollectionPass> callback)
    {
        var listener = new Listener(this);
        _listeners.TryAdd(listener, callback);
        return listener;
    }

    /// <summary>An instant up to which everything that was collected is stored: nothing will come in between any more.</summary>
    /// <param name="collectors">Those whose passes count.</param>
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

        // After those that run: a pass ends here before it ends there.
        foreach (var pass in _unsettled.Values)
        {
            if (targets.Contains(pass.Target) && pass.StartedAt <= settled)
            {
                settled = pass.StartedAt.AddTicks(-1);
            }
        }

        return settled;
    }

    /// <summary>Takes note of a collection that ended and is not stored yet: nothing that began after it is settled.</summary>
    public void Hold(CollectionPass collection) => _unsettled[collection.Id] = collection;

    /// <inheritdoc />
    public void Finished(CollectionPass collection)
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

    private sealed class Listener(PassFeed feed) : IDisposable
    {
        public void Dispose() => feed._listeners.TryRemove(this, out _);
    }
}
