using MetricsCollector.Snapshots;

namespace MetricsCollector.Api;

/// <summary>The latest requests to collect that somebody may ask for again, in memory.</summary>
internal sealed class CollectJobs(TimeProvider time)
{
    // An hour of one request every few seconds; the oldest leave first.
    private const int Most = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, CollectJob> _byId = [];
    private readonly Dictionary<string, CollectJob> _byKey = new(StringComparer.Ordinal);
    private readonly Queue<(Guid Id, string? Key)> _order = new();
    private CollectJob? _newest;

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

    /// <summary>Remembers a request that was answered at once, until there is a newer one: nobody comes back for it but to look at the newest.</summary>
    public void Answered(string question, DateTimeOffset startedAt, IReadOnlyList<(CollectionPass Pass, bool Stored)> passes)
    {
        lock (_lock)
        {
            if (_newest is null || _newest.StartedAt <= startedAt)
            {
                _newest = new CollectJob(Guid.CreateVersion7(startedAt), question, startedAt, Task.FromResult(passes));
            }
        }
    }

    /// <summary>Starts a request and remembers it, unless one with its key is there already: then that one.</summary>
    public (CollectJob Job, bool Known) Start(string? key, string question, Func<Task<IReadOnlyList<(CollectionPass Pass, bool Stored)>>> run)
    {
        lock (_lock)
        {
            if (key is not null && _byKey.TryGetValue(key, out var known))
            {
                return (known, true);
            }

            var now = time.GetUtcNow();
            var job = new CollectJob(Guid.CreateVersion7(now), question, now, Task.Run(run));
            _byId.Add(job.Id, job);
            _newest = job;
            if (key is not null)
            {
                _byKey.Add(key, job);
            }

            _order.Enqueue((job.Id, key));
            if (_order.Count > Most)
            {
                var (oldId, oldKey) = _order.Dequeue();
                _byId.Remove(oldId);
                if (oldKey is not null)
                {
                    _byKey.Remove(oldKey);
                }
            }

            return (job, false);
        }
    }
}
