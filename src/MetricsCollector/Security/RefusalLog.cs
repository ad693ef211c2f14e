namespace MetricsCollector.Security;

/// <summary>
/// Logs refused callers: the first refusal at once, then one line a minute for each address and reason with a count, so that nobody can
/// fill the log with refused requests. Remembers a bounded number of addresses; those beyond it share a line. Thread-safe.
/// </summary>
internal sealed partial class RefusalLog : IDisposable
{
    /// <summary>How many pairs of address and reason are told apart.</summary>
    public const int MaxEntries = 100;

    /// <summary>The name of all addresses beyond <see cref="MaxEntries"/>.</summary>
    public const string Others = "other addresses";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string From, string Reason), Entry> _entries = [];
    private readonly TimeProvider _time;
    private readonly ILogger<RefusalLog> _logger;
    private readonly ITimer _timer;
    private bool _running;

    public RefusalLog(TimeProvider time, ILogger<RefusalLog> logger)
    {
        (_time, _logger) = (time, logger);
        _timer = time.CreateTimer(static log => ((RefusalLog)log!).Flush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A request was refused.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="reason">Why; one of few texts.</param>
    public void Report(string from, string reason)
    {
        lock (_lock)
        {
            if (!_entries.ContainsKey((from, reason)) && _entries.Count >= MaxEntries)
            {
                from = Others;
            }

            if (_entries.TryGetValue((from, reason), out var known))
            {
                known.Count++;
                return;
            }

            _entries.Add((from, reason), new Entry { Since = _time.GetTimestamp() });
            if (!_running)
            {
                _running = true;
                _timer.Change(Step, Step);
            }
        }

        Log.Refused(_logger, from, reason);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        Flush(everything: true);
    }

    private void Flush(bool everything = false)
    {
        var counted = new List<(string From, string Reason, long Count)>();
        lock (_lock)
        {
            foreach (var (key, entry) in _entries.Where(entry => everything || _time.GetElapsedTime(entry.Value.Since) >= Window).ToList())
            {
                if (entry.Count == 0)
                {
                    _entries.Remove(key);
                    continue;
                }

                counted.Add((key.From, key.Reason, entry.Count));
                (entry.Count, entry.Since) = (0, _time.GetTimestamp());
            }

            if (_entries.Count == 0)
            {
                _running = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var (from, reason, count) in counted)
        {
            Log.RefusedMore(_logger, count, from, reason);
        }
    }

    private sealed class Entry
    {
        public long Since { get; set; }

        public long Count { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Refused a request from {Address}: {Reason}")]
        public static partial void Refused(ILogger logger, string address, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Refused {Count} more from {Address} within a minute: {Reason}")]
        public static partial void RefusedMore(ILogger logger, long count, string address, string reason);
    }
}
