using System.Threading.Channels;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Delivery;

/// <summary>
/// Collections on their way to the store, oldest first, bounded by the memory they take. When full it lets go of the oldest: recent
/// history is what people look at during an outage, and its beginning is in the spool. Thread-safe for any number of writers and one
/// reader.
/// </summary>
/// <param name="capacity">At most so many rows.</param>
/// <param name="time">Tells how long a collection has waited; null for the system's.</param>
internal sealed class DeliveryQueue(long capacity = DeliveryQueue.DefaultCapacity, TimeProvider? time = null)
{
    /// <summary>
    /// A row of 20 readings with its labels takes about half a kilobyte, so this is about 100 MB: ten hours of one target with 340
    /// rows a minute, or half a minute of a thousand.
    /// </summary>
    public const long DefaultCapacity = 200_000;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly LinkedList<CollectionRun> _waiting = new();
    private readonly Dictionary<Guid, long> _since = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<Guid, TaskCompletionSource<bool>> _awaited = [];
    private readonly DroppedCollections _lost = new();
    private List<CollectionRun> _taken = [];
    private long _rows;
    private int _collections;

    /// <summary>What was let go to make room.</summary>
    public readonly record struct Loss(int Collections, long Rows);

    /// <summary>At most so many rows.</summary>
    public long Capacity => capacity;

    /// <summary>How many collections and rows are in the queue, those being written included.</summary>
    public (int Collections, long Rows) Count() => (Collections, Rows);

    /// <summary>Collections in the queue, those being written included.</summary>
    public int Collections => Volatile.Read(ref _collections);

    /// <summary>Rows in the queue, those being written included; a collection counts for one more than its rows.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Adds collections behind all others.</summary>
    public Loss Add(IReadOnlyList<CollectionRun> collections)
    {
        Loss loss;
        lock (_lock)
        {
            foreach (var collection in collections)
            {
                _waiting.AddLast(collection);
                _since.TryAdd(collection.Id, _time.GetTimestamp());
                Count(collection, 1);
            }

            loss = MakeRoom();
        }

        _signal.Writer.TryWrite(true);
        return loss;
    }

    /// <summary>Completes when a collection that was added has left the queue: true when it went to the store or the spool, false when it
    /// was lost.</summary>
    public Task<bool> LeavesAsync(Guid id)
    {
        lock (_lock)
        {
            if (_lost.Contains(id) || !_waiting.Concat(_taken).Any(collection => collection.Id == id))
            {
                return Task.FromResult(!_lost.Contains(id));
            }

            if (!_awaited.TryGetValue(id, out var awaited))
            {
                _awaited[id] = awaited = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return awaited.Task;
        }
    }

    /// <summary>Says that the store will never take a collection; it still leaves with those it was taken with.</summary>
    public void Refused(Guid id)
    {
        lock (_lock)
        {
            Complete(id, stored: false);
        }
    }

    /// <summary>The oldest collections that wait, up to a number of rows, as far as they have waited for some time.</summary>
    public IReadOnlyList<CollectionRun> Overdue(TimeSpan waited, long maxRows)
    {
        lock (_lock)
        {
            var overdue = new List<CollectionRun>();
            var rows = 0L;
            foreach (var collection in _waiting)
            {
                rows += Weight(collection);
                if ((overdue.Count > 0 && rows > maxRows) || _time.GetElapsedTime(_since[collection.Id]) < waited)
                {
                    break;
                }

                overdue.Add(collection);
            }

            return overdue;
        }
    }

    /// <summary>Collections are safe elsewhere: those that still wait leave, those being written stay until that ended.</summary>
    public void Spooled(IEnumerable<CollectionRun> collections)
    {
        lock (_lock)
        {
            foreach (var collection in collections)
            {
                if (_waiting.Remove(collection))
                {
                    Count(collection, -1);
                }

                Complete(collection.Id, stored: true);
            }
        }
    }

    /// <summary>Waits until there is something to take.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_waiting.Count > 0)
                {
                    return;
                }
            }

            await _signal.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Takes the oldest collections, at least one if there is any, up to a number of rows. Ends with <see cref="Done"/> or
    /// <see cref="PutBack"/>.</summary>
    public IReadOnlyList<CollectionRun> Take(long maxRows)
    {
        lock (_lock)
        {
            var taken = new List<CollectionRun>();
            var rows = 0L;
            while (_waiting.First is { } oldest && (taken.Count == 0 || rows + Weight(oldest.Value) <= maxRows))
            {
                rows += Weight(oldest.Value);
                taken.Add(oldest.Value);
                _waiting.RemoveFirst();
            }

            _taken = taken;
            return taken;
        }
    }

    /// <summary>What was taken is stored, or will never be.</summary>
    public void Done()
    {
        lock (_lock)
        {
            foreach (var collection in _taken)
            {
                Count(collection, -1);
                Complete(collection.Id, stored: true);
            }

            _taken = [];
        }
    }

    /// <summary>Puts what was taken back in front, except for the first collections.</summary>
    /// <param name="done">How many of the taken collections are stored, or will never be.</param>
    public Loss PutBack(int done = 0)
    {
        lock (_lock)
        {
            for (var i = _taken.Count - 1; i >= done; i--)
            {
                _waiting.AddFirst(_taken[i]);
            }

            foreach (var collection in _taken.Take(done))
            {
                Count(collection, -1);
                Complete(collection.Id, stored: true);
            }

            _taken = [];
            return MakeRoom();
        }
    }

    private static long Weight(CollectionRun collection) => 1 + collection.Snapshots.Sum(snapshot => (long)snapshot.Rows.Count);

    private void Complete(Guid id, bool stored)
    {
        if (!stored)
        {
            // Whoever asks only now is told so too.
            _lost.Add(id);
        }

        if (_awaited.Remove(id, out var awaited))
        {
            awaited.SetResult(stored);
        }
    }

    private void Count(CollectionRun collection, int sign)
    {
        _collections += sign;
        _rows += sign * Weight(collection);
        if (sign < 0)
        {
            _since.Remove(collection.Id);
        }
    }

    private Loss MakeRoom()
    {
        var loss = default(Loss);
        while (_rows > capacity && _waiting.Count > 1 && _waiting.First is { } oldest)
        {
            _waiting.RemoveFirst();
            Count(oldest.Value, -1);
            Complete(oldest.Value.Id, stored: false);
            loss = new Loss(loss.Collections + 1, loss.Rows + Weight(oldest.Value) - 1);
        }

        return loss;
    }
}
