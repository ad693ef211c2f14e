using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.CollectNow;

/// <summary>The latest requests to collect that somebody may ask for again, in memory: bounded in number and in bytes.</summary>
internal sealed class CollectJobs(TimeProvider time)
{
    /// <summary>What the results that are remembered take at most, by estimate; the newest stays however large it is.</summary>
    public const long MaxBytes = 32 << 20;

    // An hour of one request every few seconds; the oldest leave first.
    private const int Most = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, CollectJob> _byId = [];
    private readonly Dictionary<string, CollectJob> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<Remembered> _order = new();
    private CollectJob? _newest;
    private long _bytes;

    /// <summary>The request of an id, or null.</summary>
    public CollectJob? Find(Guid id)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id) ?? (_newest?.Id == id ? _newest : null);
        }
    }

    /// <summary>The newest request, or null.</summary>
    public CollectJob? Newest()
    {
        lock (_lock)
        {
            return _newest;
        }
    }

    /// <summary>The request that came with a key, or null.</summary>
    public CollectJob? Find(string key)
    {
        lock (_lock)
        {
            return _byKey.GetValueOrDefault(key);
        }
    }

    /// <summary>Remembers a request that was answered at once, until there is a newer one: nobody comes back for it but to look at the
    /// newest.</summary>
    public void Answered(string request, DateTimeOffset startedAt, IReadOnlyList<(CollectionRun Collection, bool Stored)> collections)
    {
        lock (_lock)
        {
            if (_newest is null || _newest.StartedAt <= startedAt)
            {
                _newest = new CollectJob(Guid.CreateVersion7(startedAt), request, startedAt, Task.FromResult(collections));
            }
        }
    }

    /// <summary>Starts a request and remembers it, unless one with its key is there already: then that one.</summary>
    public (CollectJob Job, bool Known) Start(
        string? key, string request, Func<Task<IReadOnlyList<(CollectionRun Collection, bool Stored)>>> run)
    {
        Remembered remembered;
        lock (_lock)
        {
            if (key is not null && _byKey.TryGetValue(key, out var known))
            {
                return (known, true);
            }

            var now = time.GetUtcNow();
            var job = new CollectJob(Guid.CreateVersion7(now), request, now, Task.Run(run));
            remembered = new Remembered(job, key);
            _byId.Add(job.Id, job);
            _newest = job;
            if (key is not null)
            {
                _byKey.Add(key, job);
            }

            _order.AddLast(remembered);
            Trim();
        }

        _ = MeasureAsync(remembered);
        return (remembered.Job, false);
    }

    private async Task MeasureAsync(Remembered remembered)
    {
        await ((Task)remembered.Job.Collections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            // One that was forgotten meanwhile takes nothing any more.
            if (remembered.Job.Collections.IsCompletedSuccessfully && _byId.ContainsKey(remembered.Job.Id))
            {
                remembered.Bytes = remembered.Job.Collections.Result.Sum(one => one.Collection.Snapshots.Sum(SnapshotSize.Of));
                _bytes += remembered.Bytes;
                Trim();
            }
        }
    }

    private void Trim()
    {
        var node = _order.First;
        while (node is not null && (_order.Count > Most || _bytes > MaxBytes))
        {
            var next = node.Next;

            // Somebody waits for one that still runs, and it takes nothing yet.
            if (_order.Count > Most || (node.Value.Bytes > 0 && node.Value.Job != _newest))
            {
                Forget(node);
            }

            node = next;
        }
    }

    private void Forget(LinkedListNode<Remembered> node)
    {
        _order.Remove(node);
        _bytes -= node.Value.Bytes;
        _byId.Remove(node.Value.Job.Id);
        if (node.Value.Key is { } key)
        {
            _byKey.Remove(key);
        }
    }

    private sealed class Remembered(CollectJob job, string? key)
    {
        public CollectJob Job { get; } = job;

        public string? Key { get; } = key;

        public long Bytes { get; set; }
    }
}
