using System.Diagnostics;
using MetricsCollector.Snapshots;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>The writer against a bare COPY of the same rows, batch by batch in turn.</summary>
internal sealed class StoreWriteBenchmark : IBenchmark
{
    private const int CollectionsOfABatch = 20;

    /// <inheritdoc />
    public string Name => "store-write";

    /// <inheritdoc />
    public string Summary => "Writing snapshots, against a binary COPY of the same rows into a table like metrics_raw.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await BenchmarkStore.StartAsync(false, cancellationToken);
        await using var connection = await store.Source.OpenConnectionAsync(cancellationToken);
        await using (var create = new NpgsqlCommand("CREATE TABLE copied (LIKE metrics_raw INCLUDING ALL)", connection))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var (ours, reference, rows) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        var first = true;
        foreach (var batch in StoreDataSet.Make().Chunk(CollectionsOfABatch))
        {
            var before = Stopwatch.GetTimestamp();
            await store.Writer.WriteAsync(batch, cancellationToken);
            var between = Stopwatch.GetTimestamp();
            await CopyAsync(connection, batch, cancellationToken);
            if (!first)
            {
                // The first batch makes the series and compiles the code of both.
                ours += Stopwatch.GetElapsedTime(before, between);
                reference += Stopwatch.GetElapsedTime(between);
                rows += batch.Sum(collection => collection.Snapshots.Sum(snapshot => snapshot.Rows.Count));
            }

            first = false;
        }

        return [new Measurement("rows written", rows / ours.TotalSeconds, rows / reference.TotalSeconds, "rows/s", "ratio >= 0.6")];
    }

    private static async Task CopyAsync(NpgsqlConnection connection, CollectionRun[] batch, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY copied (collected_at, series_id, readings) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var collection in batch)
        {
            var series = 0;
            foreach (var row in collection.Snapshots.SelectMany(snapshot => snapshot.Rows))
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(collection.StartedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
                await copy.WriteAsync(++series, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(row.Readings, NpgsqlDbType.Array | NpgsqlDbType.Double, cancellationToken);
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
