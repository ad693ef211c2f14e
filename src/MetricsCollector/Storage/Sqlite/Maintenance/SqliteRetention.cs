using Dapper;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Maintenance;

/// <summary>
/// Removes what is too old, in transactions so small that the writer waits for milliseconds, and gives the space back. Runs beside
/// readers and the writer.
/// </summary>
internal sealed class SqliteRetention(SqliteFile file)
{
    private const string ExpiredCollectionsDeleteSql =
        """
        DELETE FROM collections
        WHERE collection_id IN (SELECT collection_id FROM collections WHERE started_at < @before ORDER BY started_at LIMIT @limit)
        """;

    private const string ExpiredRowsDeleteSql =
        """
        DELETE FROM metrics_raw
        WHERE series_id = @series AND collected_at IN (
          SELECT collected_at FROM metrics_raw WHERE series_id = @series AND collected_at < @before ORDER BY collected_at LIMIT @limit)
        """;

    private const string SeriesFirstSeenUpdateSql =
        """
        UPDATE series
        SET first_seen = coalesce(
          (SELECT min(r.collected_at) FROM metrics_raw r WHERE r.series_id = series.series_id),
          max(last_seen, @before))
        WHERE series_id = @series
        """;

    private const string SeriesUnseenDeleteSql =
        """
        DELETE FROM series
        WHERE series_id = @series AND last_seen + 600000 < @before
          AND NOT EXISTS (SELECT 1 FROM metrics_raw r WHERE r.series_id = series.series_id)
        """;

    /// <summary>Rows of one transaction: they touch some hundred pages.</summary>
    private const int StepRows = 1_000;

    /// <summary>Free pages are used again by what comes next: less than this part of the file is not worth moving pages for.</summary>
    private const double FreePartKept = 0.1;

    /// <summary>Removes rows, collections and series that are too old at an instant; collections are kept as long as any metric.</summary>
    /// <returns>How many rows and collections were removed.</returns>
    /// <exception cref="StoreUnavailableException">The file cannot be written.</exception>
    public long Remove(RetentionPolicy policy, DateTimeOffset now, CancellationToken cancellationToken) =>
        SqliteFailure.Guard(file.Path, () =>
    {
        using var connection = file.OpenWriter();
        var metrics = connection.Query<(long Id, string Name)>("SELECT metric_id, name FROM metric_definitions").ToList();
        var removed = 0L;
        foreach (var (id, name) in metrics)
        {
            removed += RemoveRows(connection, id, UnixMilliseconds.Ceiling(now - policy.Of(name)), cancellationToken);
        }

        var longest = policy.Longest(metrics.Select(metric => metric.Name));
        removed += RemoveCollections(connection, UnixMilliseconds.Ceiling(now - longest), cancellationToken);
        if (removed > 0)
        {
            GiveBack(connection, cancellationToken);
        }

        return removed;
    });

    private static long RemoveRows(SqliteConnection connection, long metric, long before, CancellationToken cancellationToken)
    {
        var removed = 0L;
        var series = new Queue<long>(connection.Query<long>(
            "SELECT series_id FROM series WHERE metric_id = @metric AND first_seen < @before ORDER BY series_id", new { metric, before }));
        while (series.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var transaction = connection.BeginTransaction(deferred: false);
            var inStep = 0;

            // Series without rows cost a little too.
            for (var seen = 0; series.Count > 0 && inStep < StepRows && seen < StepRows; seen++)
            {
                inStep += RemoveRowsOf(connection, transaction, series, before, StepRows - inStep);
            }

            transaction.Commit();
            removed += inStep;
        }

        return removed;
    }

    private static int RemoveRowsOf(SqliteConnection connection, SqliteTransaction transaction, Queue<long> all, long before, int limit)
    {
        var series = all.Peek();
        var deleted = connection.Execute(ExpiredRowsDeleteSql, new { series, before, limit }, transaction);
        if (deleted < limit)
        {
            connection.Execute(SeriesUnseenDeleteSql, new { series, before }, transaction);
            connection.Execute(SeriesFirstSeenUpdateSql, new { series, before }, transaction);
            all.Dequeue();
        }

        return deleted;
    }

    private static long RemoveCollections(SqliteConnection connection, long before, CancellationToken cancellationToken)
    {
        var removed = 0L;
        int deleted;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            deleted = connection.Execute(ExpiredCollectionsDeleteSql, new { before, limit = StepRows });
            removed += deleted;
        }
        while (deleted == StepRows);
        return removed;
    }

    private static void GiveBack(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var (free, pages) = FreePages(connection);
        while (free > FreePartKept * pages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            connection.Execute("PRAGMA incremental_vacuum(1000)");
            var (left, of) = FreePages(connection);
            if (left >= free)
            {
                return;
            }

            (free, pages) = (left, of);
        }
    }

    private static (long Free, long Pages) FreePages(SqliteConnection connection) =>
        connection.QuerySingle<(long Free, long Pages)>(
            "SELECT f.freelist_count, p.page_count FROM pragma_freelist_count f, pragma_page_count p");
}
