
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Storage.Status;

/// <summary>What is known about the store; written by those who use it, read by whoever asks how the collector does. Thread-safe.</summary>
public sealed class StoreStatus
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StoreReport _report;

    /// <summary>Starts with <see cref="StoreState.Starting"/>.</summary>
    public StoreStatus(TimeProvider time)
    {
        _time = time;
        _report = new StoreReport { State = StoreState.Starting, Since = time.GetUtcNow() };
    }

    /// <summary>Completes when the store was ready for the first time.</summary>
    public Task FirstReady => _firstReady.Task;

    /// <summary>How the store does now: one consistent set of values.</summary>
    public StoreReport Read()
    {
        lock (_lock)
        {
            return _report;
        }
    }

    /// <summary>The store takes snapshots.</summary>
    /// <returns>Whether that is news.</returns>
    internal bool Ready(int schemaVersion)
    {
        var changed = Enter(StoreState.Ready, null, report => report with { SchemaVersion = schemaVersion });
        _firstReady.TrySetResult();
        return changed;
    }

    /// <summary>The store does not take snapshots.</summary>
    /// <returns>Whether that is news.</returns>
    internal bool Unavailable(string reason) => Enter(StoreState.Unavailable, reason, static report => report);

    /// <summary>The store's schema is newer than the program.</summary>
    /// <returns>Whether that is news.</returns>
    internal bool TooNew(SchemaTooNewException exception) =>
        Enter(StoreState.SchemaTooNew, exception.Message, report => report with { SchemaVersion = exception.StoreVersion });

    /// <summary>A batch was written.</summary>
    internal void Wrote(int collections, long rows, long samples, int leftOutRows) => Change(report => report with
    {
        WrittenCollections = report.WrittenCollections + collections,
        WrittenRows = report.WrittenRows + rows,
        WrittenSamples = report.WrittenSamples + samples,
        LeftOutRows = report.LeftOutRows + leftOutRows,
        LastWriteAt = _time.GetUtcNow(),
    });

    /// <summary>The store answered that it will never take a collection.</summary>
    internal void Refused(string reason) => Change(report => report with
    {
        RefusedCollections = report.RefusedCollections + 1,
        RefusedReason = reason,
        LastError = reason,
        LastErrorAt = _time.GetUtcNow(),
    });

    /// <summary>The store was measured.</summary>
    internal void Measured(StoreSize size) => Change(report => report with { Size = size });

    /// <summary>Expired history is not removed for this reason; null when it is.</summary>
    /// <returns>Whether there is a reason and there was none before.</returns>
    internal bool HoldsRetention(string? reason)
    {
        var news = reason is not null && Read().RetentionReason is null;
        Change(report => report with { RetentionReason = reason });
        return news;
    }

    /// <summary>History is kept for so long.</summary>
    internal void Keeps(RetentionPolicy policy) => Change(report => report with
    {
        Retention = new StoreRetention(
            policy.Default.ToString(), policy.ByGlob.ToDictionary(
                metric => metric.Key, metric => metric.Value.ToString(), StringComparer.Ordinal)),
    });

    /// <summary>What waits in the queue changed, and so much was lost to make room.</summary>
    /// <param name="queued">Reads how many collections and rows wait, under the lock: of two who report at once, the later one is
    /// right.</param>
    /// <param name="droppedCollections">Collections lost.</param>
    /// <param name="droppedRows">Rows lost with them.</param>
    internal void Queued(Func<(int Collections, long Rows)> queued, int droppedCollections = 0, long droppedRows = 0) => Change(report =>
    {
        var (collections, rows) = queued();
        return report with
        {
            QueuedCollections = collections,
            QueuedRows = rows,
            DroppedCollections = report.DroppedCollections + droppedCollections,
            DroppedRows = report.DroppedRows + droppedRows,
        };
    });

    /// <summary>So much is in the spool now; the reason says why it takes no more, null when it does.</summary>
    internal void Spooled(int collections, long bytes, string? reason) => Change(report => report with
    {
        SpooledCollections = collections,
        SpooledBytes = bytes,
        SpoolReason = reason,
    });

    private bool Enter(StoreState state, string? reason, Func<StoreReport, StoreReport> change)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var changed = _report.State != state;
            _report = change(_report) with
            {
                State = state,
                Reason = reason,
                Since = changed ? now : _report.Since,
                LastError = reason ?? _report.LastError,
                LastErrorAt = reason is null ? _report.LastErrorAt : now,
            };
            return changed;
        }
    }

    private void Change(Func<StoreReport, StoreReport> change)
    {
        lock (_lock)
        {
            _report = change(_report);
        }
    }
}
