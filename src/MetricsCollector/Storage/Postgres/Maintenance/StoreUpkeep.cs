using Dapper;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Postgres.Partitions;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>What keeps the store in order: retention, partitions ahead, packing. Room is made before anything is written.</summary>
public sealed class StoreUpkeep(
    [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store,
    PartitionKeeper partitions,
    MetricExpiry expiry,
    HistoryPacker packer,
    IOptions<StorageOptions> options,
    StoreStatus status,
    TimeProvider time)
{
    // A series that was written to meanwhile is no longer unseen, and stays.
    private const string SeriesRemoveSql =
        """
        DELETE FROM series
        WHERE last_seen < @before
          AND series_id = ANY(ARRAY(
            SELECT series_id FROM series WHERE metric_id = ANY(@metrics) AND last_seen < @before ORDER BY series_id LIMIT 1000))
        """;

    /// <summary>Rows of a series outlive the retention by up to the day of their partition, and last_seen lags.</summary>
    private static readonly TimeSpan SeriesOutlive = TimeSpan.FromDays(1) + SeriesEntry.LastSeenLag;

    /// <summary>What was done.</summary>
    /// <param name="Dropped">Partitions whose history expired.</param>
    /// <param name="RemovedRows">Raw and packed rows of metrics that are kept for less long than their partitions.</param>
    /// <param name="RemovedSeries">Series unseen for longer than the retention.</param>
    /// <param name="PackingSteps">Transactions of packing.</param>
    /// <param name="Size">What the store takes now.</param>
    public sealed record Result(int Dropped, long RemovedRows, int RemovedSeries, int PackingSteps, StoreSize Size);

    /// <summary>Does all that is due.</summary>
    /// <param name="policy">How long the history of each metric is kept.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    /// <exception cref="StoreUnavailableException">The role may not create partitions.</exception>
    public async Task<Result> RunAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var metrics = await ReadMetricsAsync(cancellationToken);
        var longest = policy.Longest(metrics.Select(metric => metric.Name));
        var dropped = await partitions.DropExpiredAsync(longest, cancellationToken);
        var (rows, series) = (0L, 0);
        foreach (var group in metrics.GroupBy(metric => policy.Of(metric.Name), metric => metric.Id).OrderBy(group => group.Key))
        {
            int[] ids = [.. group];
            if ((group.Key == longest ? 0 : await expiry.RemoveAsync(group.Key, ids, cancellationToken)) is { } removed)
            {
                // Only then: rows of a series that is gone would be found by nobody.
                rows += removed;
                series += await RemoveSeriesAsync(ids, time.GetUtcNow() - group.Key - SeriesOutlive, cancellationToken);
            }
        }

        await partitions.CreateAheadAsync(cancellationToken);
        var steps = await packer.PackAsync(options.Value.PackAfter.Value, cancellationToken);
        var size = await new StoreSizeQuery(store, partitions).ReadAsync(policy, options.Value.PackAfter.Value, cancellationToken);
        status.Measured(size);
        return new Result(dropped, rows, series, steps, size);
    }

    private async Task<IReadOnlyList<(int Id, string Name)>> ReadMetricsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<(int Id, string Name)>(
            new CommandDefinition("SELECT metric_id, name FROM metric_definitions", cancellationToken: cancellationToken))];
    }

    /// <summary>In small batches, so that no writer waits for long.</summary>
    private async Task<int> RemoveSeriesAsync(int[] metrics, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        var total = 0;
        int removed;
        do
        {
            removed = await connection.ExecuteAsync(
                new CommandDefinition(SeriesRemoveSql, new { metrics, before = before.UtcDateTime }, cancellationToken: cancellationToken));
            total += removed;
        }
        while (removed > 0);
        return total;
    }
}
