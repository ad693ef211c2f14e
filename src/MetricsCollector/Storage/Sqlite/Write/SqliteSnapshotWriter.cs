using System.Collections.Concurrent;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Storage.Sqlite.Write;

/// <summary>Writes batches of collections to the file, each in one transaction. Writing a collection again changes nothing.</summary>
/// <remarks>
/// Throws <see cref="StoreUnavailableException"/> when the file is to blame and the same batch is worth another try, and
/// <see cref="SnapshotsRefusedException"/> when the file will never take the batch; nothing of it is stored then.
/// </remarks>
internal sealed partial class SqliteSnapshotWriter(
    SqliteFile file, StoreStatus status, ILogger<SqliteSnapshotWriter> logger) : ISnapshotWriter, IDisposable
{
    /// <summary>Series whose rows are left out are logged once each, up to so many.</summary>
    private const int MostComplaints = 1_000;

    /// <summary>Deleting takes room too, in the file's log, which holds 16 MB before it is written back: left free, retention can always
    /// work.</summary>
    private const long Reserve = 32_000_000;

    private readonly Lock _oneAtATime = new();
    private readonly ConcurrentDictionary<SeriesKey, bool> _complained = new();
    private SqliteWriteSession? _session;

    /// <inheritdoc />
    public ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        lock (_oneAtATime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var proven = _session is not null;
            try
            {
                Write(collections);
            }
            catch (StoreUnavailableException) when (proven)
            {
                // What was known may no longer be so: the file was moved away, or series were removed by the retention.
                Write(collections);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_oneAtATime)
        {
            Reset();
        }
    }

    private void Write(IReadOnlyList<CollectionRun> collections)
    {
        var written = false;
        try
        {
            if (_session is not null && !File.Exists(file.Path))
            {
                // Writing on would fill a file that nobody can find again.
                throw new StoreUnavailableException($"The file {file.Path} was removed while it was open; it is made again.");
            }

            if (file.FreeBytes < Reserve)
            {
                throw new StoreUnavailableException(
                    $"Less than {Reserve / 1_000_000} MB are left on the disk of {file.Path}: free space there, or set a shorter "
                        + "Storage:Retention.");
            }

            _session ??= new SqliteWriteSession(file.OpenWriter());
            WriteBatch(_session, collections);
            _session.Series.Trim();
            written = true;
        }
        catch (Exception exception) when (SqliteFailure.IsOfTheFile(exception))
        {
            throw new StoreUnavailableException(SqliteFailure.Describe(exception, file.Path), exception);
        }
        catch (Exception exception) when (exception is not (StoreUnavailableException or OperationCanceledException))
        {
            throw new SnapshotsRefusedException(exception.Message, exception);
        }
        finally
        {
            if (!written)
            {
                Reset();
            }
        }
    }

    private void WriteBatch(SqliteWriteSession session, IReadOnlyList<CollectionRun> collections)
    {
        using var batch = new SqliteBatch(session);
        foreach (var collection in collections)
        {
            batch.Add(collection);
        }

        batch.Commit();
        status.Wrote(batch.Collections, batch.Rows, batch.Samples, batch.TooLong.Count + batch.Doubled.Count);
        batch.TooLong.ForEach(row => ReportOnce(row, Log.TooLong));
        batch.Doubled.ForEach(row => ReportOnce(row, Log.Doubled));
    }

    private void ReportOnce((Snapshot Snapshot, LabelSet Labels) row, Action<ILogger, string, string, LabelSet> log)
    {
        if (_complained.Count < MostComplaints
            && _complained.TryAdd(new SeriesKey(row.Snapshot.Target, row.Snapshot.Metric, row.Labels), true))
        {
            log(logger, row.Snapshot.Target, row.Snapshot.Metric, row.Labels);
        }
    }

    private void Reset()
    {
        _session?.Dispose();
        _session = null;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Rows of {Target}/{Metric} are not stored: their labels are longer than 2,000 bytes: {Labels}")]
        public static partial void TooLong(ILogger logger, string target, string metric, LabelSet labels);

        [LoggerMessage(
            LogLevel.Warning,
            "Rows of {Target}/{Metric} are not stored: several rows of a snapshot have the same labels {Labels}; only the first is kept.")]
        public static partial void Doubled(ILogger logger, string target, string metric, LabelSet labels);
    }
}
