using System.Globalization;
using Dapper;
using MetricsCollector.Storage.Postgres.Partitions;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Status;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>Measures the store. Samples are counted in the newest partition alone: counting all of history would read all of it.</summary>
internal sealed class StoreSizeQuery(NpgsqlDataSource store, PartitionKeeper partitions)
{
    /// <summary>
    /// How much of its room history still takes once its hours are packed: 1.8 bytes per sample for 14.6, as <c>store-size</c> measures it.
    /// Used before anything is packed; then what is packed tells.
    /// </summary>
    private const double PartLeftByPacking = 1.8 / 14.6;

    /// <summary>Measures.</summary>
    /// <param name="policy">How long the history of each metric is kept.</param>
    /// <param name="packAfter">How long after its end an hour is packed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    public async Task<StoreSize> ReadAsync(RetentionPolicy policy, TimeSpan packAfter, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        var distributed = await Distribution.ExistsAsync(connection, cancellationToken);
        var (bytes, ofCollections, oldest) = await connection.QuerySingleAsync<(long Bytes, long OfCollections, DateTime? Oldest)>(
            new CommandDefinition(
                StoreSql.Get(distributed ? "store_size_distributed" : "store_size"), cancellationToken: cancellationToken));
        var at = oldest is { } first ? new DateTimeOffset(first) : default(DateTimeOffset?);
        if (await NewestAsync(connection, distributed, cancellationToken) is not { Hours: > 0 } newest)
        {
            return new StoreSize(at, bytes, null, null, null);
        }

        // A metric that is kept for half as long takes half the room; what ran is kept as long as anything.
        var perDay = newest.Bytes * 24.0 / newest.Hours * (newest.IsPacked ? 1 : PartLeftByPacking);
        var samples = newest.Shares.Sum(share => share.Samples);
        var days = newest.Shares.Sum(share => share.Samples / samples * policy.Of(share.Metric).TotalDays);
        // The newest hours are as they were written; whether their room is much is known only before they are packed.
        var unpacked = newest.IsPacked
            ? 0
            : newest.Bytes / newest.Hours * Math.Min((packAfter + TimeSpan.FromHours(1)).TotalHours, days * 24);
        var forecast = (perDay * days) + unpacked + (ofCollections * policy.Longest(newest.Shares.Select(share => share.Metric)).TotalDays);
        return new StoreSize(
            at, bytes, Math.Round(newest.Bytes / samples, 3), (long)perDay + ofCollections, Math.Max(bytes, (long)forecast));
    }

    private async Task<Newest?> NewestAsync(NpgsqlConnection connection, bool distributed, CancellationToken cancellationToken)
    {
        foreach (var table in new[] { PartitionedTable.PackedDays, PartitionedTable.PackedHours, PartitionedTable.MetricsRaw })
        {
            var form = table == PartitionedTable.MetricsRaw ? "raw" : "packed";
            foreach (var partition in (await partitions.ReadAsync(table, cancellationToken)).Reverse())
            {
                var text = Distribution.Measure(StoreSql.Get($"store_size_{form}"), distributed)
                    .Replace("{partition}", partition.Name, StringComparison.Ordinal)
                    .Replace("{window}", table == PartitionedTable.PackedDays ? "day" : "hour", StringComparison.Ordinal)
                    .Replace(
                        "{hours}", (table == PartitionedTable.PackedDays ? 24 : 1).ToString(CultureInfo.InvariantCulture),
                        StringComparison.Ordinal);
                var (bytes, samples, hours) = await connection.QuerySingleAsync<(long Bytes, long? Samples, double Hours)>(
                    new CommandDefinition(text, cancellationToken: cancellationToken));
                if (samples > 0)
                {
                    var share = StoreSql.Get($"store_share_{form}").Replace("{partition}", partition.Name, StringComparison.Ordinal);
                    var shares = await connection.QueryAsync<(string Metric, double Samples)>(
                        new CommandDefinition(share, cancellationToken: cancellationToken));
                    return new Newest(bytes, hours, table != PartitionedTable.MetricsRaw, [.. shares]);
                }
            }
        }

        return null;
    }

    private sealed record Newest(long Bytes, double Hours, bool IsPacked, IReadOnlyList<(string Metric, double Samples)> Shares);
}
