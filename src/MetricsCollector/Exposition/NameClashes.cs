using System.Collections.Concurrent;

namespace MetricsCollector.Exposition;

/// <summary>
/// Names that two fields would have on <c>/metrics</c> and that were found only there, since columns or labels are part of them: told in
/// log and status.
/// </summary>
internal sealed partial class NameClashes(TimeProvider time, ILogger<NameClashes> logger)
{
    // What is scraped is examined again with each collection.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);

    // No server may fill our memory with names.
    private const int Most = 100;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    /// <summary>Those of the last quarter of an hour, one sentence each with what to do.</summary>
    public IReadOnlyList<string> Current
    {
        get
        {
            Forget();
            return [.. _seen.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Takes a clash: the first keeps the name.</summary>
    public void Tell(string name, string left, string kept)
    {
        var message =
            $"{left} would be called {name} on /metrics, which is the name of {kept}: only that is there; give one of them another name";
        if (_seen.ContainsKey(message))
        {
            _seen[message] = time.GetUtcNow();
            return;
        }

        if (_seen.Count >= Most)
        {
            Forget();
        }

        if (_seen.Count < Most && _seen.TryAdd(message, time.GetUtcNow()))
        {
            Log.Clash(logger, message);
        }
    }

    // Those that are over make room for others.
    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var clash in _seen.Where(clash => now - clash.Value >= Remembered))
        {
            _seen.TryRemove(clash);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Message}")]
        public static partial void Clash(ILogger logger, string message);
    }
}
