using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>What keeps the store in order: retention, partitions ahead, packing. Room is made before anything is written.</summary>
public sealed class StoreUpkeep(
    [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store,
    PartitionKeeper partitions,
    HistoryPacker packer,
    IOptions<StorageOptions> options,
    StoreStatus status,
    TimeProvider time)
{
    /// <summary>Rows of a series outlive the retention by up to the day of their partition, and last_seen lags.</summary>
    private static readonly TimeSpan SeriesOutlive = TimeSpan.FromDays(1) + SeriesEntry.LastSeenLag;

    /// <summary>What was done.</summary>
    /// <param name="Dropped">Partitions whose history expired.</param>
    /// <param name="RemovedSeries">Series unseen for longer than the retention.</param>
    /// <param name="PackingSteps">Transactions of packing.</param>
    /// <param name="Size">What the store takes now.</param>
    public sealed record Result(int Dropped, int RemovedSeries, int PackingSteps, StoreSize Size);

    /// <summary>Does all that is due.</summary>
    /// <param name="retention">How long history is kept.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    /// <exception cref="StoreUnavailableException">The role may not create partitions.</exception>
    public async Task<Result> RunAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        var dropped = await partitions.DropExpiredAsync(retention, cancellationToken);
        await partitions.CreateAheadAsync(cancellationToken);
        var removed = await RemoveSeriesAsync(time.GetUtcNow() - retention - SeriesOutlive, cancellationToken);
        var steps = await packer.PackAsync(options.Value.PackAfter.Value, cancellationToken);
        var size = await new StoreSizeQuery(store, partitions).ReadAsync(retention, cancellationToken);
        status.Measured(size);
        return new Result(dropped, removed, steps, size);
    }

    /// <summary>In small batches, so that no writer waits for long.</summary>
    private async Task<int> RemoveSeriesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        var total = 0;
        int removed;
        do
        {
            removed = await connection.ExecuteAsync(
                new CommandDefinition(StoreSql.Get("series_remove"), new { before = before.UtcDateTime }, cancellationToken: cancellationToken));
            total += removed;
        }
        while (removed > 0);
        return total;
    }
}
