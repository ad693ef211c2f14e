using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Postgres.Partitions;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>
/// Removes the rows of metrics that are kept for less long than their partitions. Each transaction takes a bounded number of series
/// out of one partition, one collector does it at a time, and nobody who reads or writes waits for it. A packed partition then moves
/// its last rows into the room in front and gives the rest back: that costs as much as was removed and needs no room on the disk,
/// where rewriting the partition would cost what is left of it, twice the room, and a lock.
/// </summary>
public sealed class MetricExpiry(
    [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store, PartitionKeeper partitions, TimeProvider time)
{
    /// <summary>Late rows may have joined a partition that was done: it is looked at again after this.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromDays(1);

    private readonly HashSet<(string Partition, TimeSpan Retention)> _done = [];
    private DateTimeOffset _doneSince;

    /// <summary>Removes what expired.</summary>
    /// <param name="retention">How long these metrics are kept.</param>
    /// <param name="metrics">Their numbers.</param>
    /// <param name="cancellationToken">Ends it after any step; the next call goes on.</param>
    /// <returns>How many rows were removed; null when another collector is at it, or at packing.</returns>
    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    public async Task<long?> RemoveAsync(TimeSpan retention, int[] metrics, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _doneSince > Again)
        {
            _done.Clear();
            _doneSince = now;
        }

        // In the order in which packing moves rows, so that none slips by.
        var total = 0L;
        foreach (var table in new[] { PartitionedTable.MetricsRaw, PartitionedTable.PackedHours, PartitionedTable.PackedDays })
        {
            foreach (var partition in await partitions.ReadAsync(table, cancellationToken))
            {
                if (partition.To > now - retention || _done.Contains((partition.Name, retention)))
                {
                    continue;
                }

                if (await RemoveAsync(table, partition, metrics, cancellationToken) is not { } removed)
                {
                    return null;
                }

                _done.Add((partition.Name, retention));
                total += removed;
            }
        }

        return total;
    }

    private async Task<long?> RemoveAsync(
        PartitionedTable table, PartitionRange partition, int[] metrics, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await store.OpenConnectionAsync(cancellationToken);
            var steps = new ExpiryStep(connection, partition, table);
            var (removed, after) = (0L, 0);
            while (after != int.MaxValue)
            {
                if (await steps.RemoveAsync(metrics, after, cancellationToken) is not var (rows, last))
                {
                    return null;
                }

                removed += rows;
                after = last;
            }

            if (removed > 0
                && !await partitions.DropIfEmptyAsync(table, partition, cancellationToken)
                && table != PartitionedTable.MetricsRaw)
            {
                await steps.GiveBackAsync(removed, cancellationToken);
            }

            return removed;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Another collector dropped it.
            return 0;
        }
    }
}
