using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Targets;

/// <summary>Collections that somebody asked for: those who ask for the same while one waits or runs share it.</summary>
internal sealed class SharedCollections : IDisposable
{
    // Long enough for requests sent at the same moment to meet, short enough that nobody notices.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<CollectionRun>> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    public async Task<CollectionRun> ShareAsync(
        IReadOnlyCollection<string> metrics, bool store, Func<CancellationToken, Task<CollectionRun>> run,
        CancellationToken cancellationToken)
    {
        var key = Key(metrics, store);
        Task<CollectionRun>? collection;
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out collection))
            {
                _running[key] = collection = RunAsync(key, run);
            }
        }

        return await collection.WaitAsync(cancellationToken);
    }

    /// <summary>Whether a collection of the same waits or runs.</summary>
    public bool IsRunning(IReadOnlyCollection<string> metrics, bool store)
    {
        lock (_lock)
        {
            return _running.ContainsKey(Key(metrics, store));
        }
    }

    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    private static string Key(IReadOnlyCollection<string> metrics, bool store) =>
        string.Join(',', metrics.Order(StringComparer.Ordinal).Prepend(store ? "store" : "dry"));

    private async Task<CollectionRun> RunAsync(string key, Func<CancellationToken, Task<CollectionRun>> run)
    {
        try
        {
            await Task.Delay(Gathering, _stopping.Token);
            return await run(_stopping.Token);
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(key);
            }
        }
    }
}
