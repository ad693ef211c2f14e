using System.Globalization;
using Dapper;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Measures the store. Samples are counted in the newest partition alone: counting all of history would read all of it.</summary>
internal sealed class StoreSizeQuery(NpgsqlDataSource store, PartitionKeeper partitions)
{
    /// <summary>Measures.</summary>
    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    public async Task<StoreSize> ReadAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenConnectionAsync(cancellationToken);
        var (bytes, ofCollections, oldest) = await connection.QuerySingleAsync<(long Bytes, long OfCollections, DateTime? Oldest)>(
            new CommandDefinition(StoreSql.Get("store_size"), cancellationToken: cancellationToken));
        var newest = await NewestAsync(connection, cancellationToken);
        var perDay = newest is { Hours: > 0 } one ? (long)(one.Bytes * 24.0 / one.Hours) + ofCollections : default(long?);
        var forecast = perDay * retention.TotalDays;
        return new StoreSize(
            oldest is { } at ? new DateTimeOffset(at) : null,
            bytes,
            newest is { Samples: > 0 } measured ? Math.Round(measured.Bytes / (double)measured.Samples, 3) : null,
            perDay,
            forecast is { } days ? Math.Max(bytes, (long)days) : null);
    }

    private async Task<(long Bytes, long Samples, double Hours)?> NewestAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var table in new[] { PartitionedTable.PackedDays, PartitionedTable.PackedHours, PartitionedTable.MetricsRaw })
        {
            var sql = StoreSql.Get(table == PartitionedTable.MetricsRaw ? "store_size_raw" : "store_size_packed");
            foreach (var partition in (await partitions.ReadAsync(table, cancellationToken)).Reverse())
            {
                var text = sql.Replace("{partition}", partition.Name, StringComparison.Ordinal)
                    .Replace("{window}", table == PartitionedTable.PackedDays ? "day" : "hour", StringComparison.Ordinal)
                    .Replace("{hours}", (table == PartitionedTable.PackedDays ? 24 : 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                var (bytes, samples, hours) = await connection.QuerySingleAsync<(long Bytes, long? Samples, double Hours)>(
                    new CommandDefinition(text, cancellationToken: cancellationToken));
                if (samples > 0)
                {
                    return (bytes, samples.Value, hours);
                }
            }
        }

        return null;
    }
}
