using System.Collections.Concurrent;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Postgres.Partitions;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>
/// Writes batches of collections to PostgreSQL: one transaction, one COPY. Writing a collection again changes nothing, so whoever is not
/// sure
/// whether a batch arrived writes it again.
/// </summary>
/// <remarks>
/// Throws <see cref="StoreUnavailableException"/> when the store is to blame and the same batch is worth another try, and
/// <see cref="SnapshotsRefusedException"/> when the store will never take the batch; nothing of it is stored then.
/// </remarks>
public sealed partial class PostgresSnapshotWriter(
    [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store,
    PartitionKeeper partitions,
    StoreStatus status,
    ILogger<PostgresSnapshotWriter> logger) : ISnapshotWriter, IAsyncDisposable
{
    /// <summary>Series whose rows are left out are logged once each, up to so many.</summary>
    private const int MostComplaints = 1_000;

    /// <summary>Packing may drop the partition of late rows between its making and their coming; hardly ever twice.</summary>
    private const int Attempts = 5;

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly ConcurrentDictionary<SeriesKey, bool> _complained = new();
    private WriteSession? _session;

    /// <inheritdoc />
    public async ValueTask WriteAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        if (collections.Count == 0)
        {
            return;
        }

        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var result = await WriteOrRetryAsync(collections, cancellationToken);
            status.Wrote(result.Collections, result.Rows, result.Samples, result.LeftOut);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw StoreFailure.OfWrite(exception);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ForgetAsync();
        _oneAtATime.Dispose();
    }

    private async Task<WriteResult> WriteOrRetryAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        var proven = _session?.Proven ?? false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(collections, cancellationToken);
            }
            catch (Exception exception) when ((proven && attempt == 1 && StoreFailure.IsOfTheStore(exception))
                || (attempt < Attempts && IsWithoutPartition(exception)))
            {
                // The connection was cut while it lay idle, an emptied partition was dropped, series were removed: what was known is no
                // longer so.
                continue;
            }
        }
    }

    private static bool IsWithoutPartition(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.CheckViolation };

    private async Task<WriteResult> WriteOnceAsync(IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        var written = false;
        try
        {
            await partitions.EnsureAsync([.. collections.Select(collection => collection.StartedAt).Distinct()], cancellationToken);
            _session ??= await WriteSession.OpenAsync(store, cancellationToken);
            var result = await WriteAsync(_session, collections, cancellationToken);
            _session.Series.Trim();
            written = _session.Proven = true;
            return result;
        }
        finally
        {
            if (!written)
            {
                await ForgetAsync();
            }
        }
    }

    private async Task<WriteResult> WriteAsync(
        WriteSession session, IReadOnlyList<CollectionRun> collections, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (session.Distributed)
        {
            await Distribution.SetUpWriteAsync(connection, cancellationToken);
        }

        await session.Targets.ResolveAsync(connection, collections, cancellationToken);
        var fresh = await CollectionRows.InsertAsync(connection, collections, session.Targets, cancellationToken);
        await session.Targets.UpdateLabelsAsync(connection, fresh, cancellationToken);
        await session.Metrics.ResolveAsync(connection, fresh.SelectMany(collection => collection.Snapshots), cancellationToken);
        await IntervalRows.UpdateAsync(session, fresh, cancellationToken);

        var rows = new SnapshotRowWriter();
        foreach (var collection in fresh)
        {
            rows.Add(collection, session);
        }

        await session.Series.ResolveAsync(connection, rows.New, cancellationToken);
        await SeriesIds.UpdateAsync(connection, rows.Changed, cancellationToken);
        await rows.CopyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        rows.TooLong.ForEach(row => ReportOnce(row, Log.TooLong));
        rows.Doubled.ForEach(row => ReportOnce(row, Log.Doubled));
        return new WriteResult(fresh.Count, rows.Rows, rows.Samples, rows.TooLong.Count + rows.Doubled.Count);
    }

    private void ReportOnce((Snapshot Snapshot, LabelSet Labels) row, Action<ILogger, string, string, LabelSet> log)
    {
        if (_complained.Count < MostComplaints
            && _complained.TryAdd(new SeriesKey(row.Snapshot.Target, row.Snapshot.Metric, row.Labels), true))
        {
            log(logger, row.Snapshot.Target, row.Snapshot.Metric, row.Labels);
        }
    }

    private async Task ForgetAsync()
    {
        partitions.Reset();
        var session = _session;
        _session = null;
        if (session is not null)
        {
            await session.DisposeAsync();
        }
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
