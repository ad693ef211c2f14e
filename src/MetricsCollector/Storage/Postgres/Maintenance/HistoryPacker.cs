using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Postgres.Partitions;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>
/// Packs closed hours of <c>metrics_raw</c>, and later merges the hours of closed days, in small transactions. Late rows of a packed
/// hour are merged into it the next time. Several collectors may try; one does it.
/// </summary>
public sealed class HistoryPacker(
    [FromKeyedServices(StorageServices.StoreKey)] NpgsqlDataSource store, PartitionKeeper partitions, TimeProvider time)
{
    /// <summary>An hour of a hundred series of 20 fields read each second takes about 200 MB, each minute 3 MB.</summary>
    private const int SeriesOfAnHour = 100;

    /// <summary>A day has 24 times the rows.</summary>
    private const int SeriesOfADay = 10;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Packs what is closed for long enough.</summary>
    /// <param name="after">How long after its end an hour, or a day, is packed.</param>
    /// <param name="cancellationToken">Ends it after any step; the next call goes on.</param>
    /// <returns>How many steps were done.</returns>
    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    public async Task<int> PackAsync(TimeSpan after, CancellationToken cancellationToken)
    {
        var hours = await PackHoursAsync(after, cancellationToken);
        var days = hours is null ? null : await MergeDaysAsync(after, cancellationToken);
        return (hours ?? 0) + (days ?? 0);
    }

    /// <summary>Packs closed hours.</summary>
    /// <returns>How many steps were done; null when another collector is at it.</returns>
    internal Task<int?> PackHoursAsync(TimeSpan after, CancellationToken cancellationToken) =>
        PackAsync(PartitionedTable.MetricsRaw, PartitionedTable.PackedHours, Hour, SeriesOfAnHour, after, cancellationToken);

    /// <summary>Merges the packed hours of closed days.</summary>
    /// <inheritdoc cref="PackHoursAsync" path="/returns" />
    internal Task<int?> MergeDaysAsync(TimeSpan after, CancellationToken cancellationToken) =>
        PackAsync(PartitionedTable.PackedHours, PartitionedTable.PackedDays, Day, SeriesOfADay, after, cancellationToken);

    private async Task<int?> PackAsync(
        PartitionedTable from, PartitionedTable into, TimeSpan window, int mostSeries, TimeSpan after, CancellationToken cancellationToken)
    {
        var steps = 0;
        foreach (var partition in await partitions.ReadAsync(from, cancellationToken))
        {
            if (partition.To > time.GetUtcNow() - after)
            {
                continue;
            }

            if (!await partitions.DropIfEmptyAsync(from, partition, cancellationToken))
            {
                await partitions.EnsureAsync(into, Starts(partition, into), cancellationToken);
                await using var connection = await store.OpenConnectionAsync(cancellationToken);
                var distributed = await Distribution.ExistsAsync(connection, cancellationToken);
                var step = new PackingStep(partition, from == PartitionedTable.MetricsRaw, into, window, mostSeries, distributed);
                PackingStep.Outcome outcome;
                while ((outcome = await step.RunAsync(connection, cancellationToken)) == PackingStep.Outcome.Packed)
                {
                    steps++;
                }

                if (outcome == PackingStep.Outcome.Busy)
                {
                    return null;
                }

                await partitions.DropIfEmptyAsync(from, partition, cancellationToken);
            }
        }

        return steps;
    }

    private static IEnumerable<DateTimeOffset> Starts(PartitionRange partition, PartitionedTable into)
    {
        for (var start = into.StartOf(partition.From); start < partition.To; start += into.Span)
        {
            yield return start;
        }
    }
}
