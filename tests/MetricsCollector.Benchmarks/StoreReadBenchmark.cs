using System.Diagnostics;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Benchmarks;

/// <summary>A day of one field of one series out of packed history, against a SELECT of the same packed rows.</summary>
internal sealed class StoreReadBenchmark : IBenchmark
{
    private const int PassesOfABatch = 20;
    private const int WarmUps = 100;
    private const int Rounds = 500;

    /// <inheritdoc />
    public string Name => "store-read";

    /// <inheritdoc />
    public string Summary => "24 h of one field of one series, packed, against a SELECT of the same packed rows by index.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await BenchmarkStore.StartAsync(cancellationToken);
        foreach (var batch in StoreDataSet.Make().Chunk(PassesOfABatch))
        {
            await store.Writer.WriteAsync(batch, cancellationToken);
        }

        await store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
        var hours = await MeasureAsync(store, "24 h packed by hour", cancellationToken);
        await store.Packer.MergeDaysAsync(TimeSpan.Zero, cancellationToken);
        return [hours, await MeasureAsync(store, "24 h packed by day", cancellationToken)];
    }

    private static async Task<Measurement> MeasureAsync(BenchmarkStore store, string what, CancellationToken cancellationToken)
    {
        await using var connection = await store.Source.OpenConnectionAsync(cancellationToken);
        await using var analyze = new NpgsqlCommand("ANALYZE", connection);
        await analyze.ExecuteNonQueryAsync(cancellationToken);
        var (ours, reference) = (new List<double>(), new List<double>());
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            // Another series and field each time, so that both read what they have not just read.
            var (metric, row) = (round % StoreDataSet.Metrics, round / StoreDataSet.Metrics % StoreDataSet.RowsOfAMetric);
            var before = Stopwatch.GetTimestamp();
            await ReadAsync(store, metric, row, StoreDataSet.FieldNames[round % StoreDataSet.Fields], cancellationToken);
            var between = Stopwatch.GetTimestamp();
            await SelectAsync(connection, 1 + (metric * StoreDataSet.RowsOfAMetric) + row, cancellationToken);
            if (round >= WarmUps)
            {
                ours.Add(Stopwatch.GetElapsedTime(before, between).TotalMilliseconds);
                reference.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
            }
        }

        return new Measurement(what, Median(ours), Median(reference), "ms", "ratio <= 1.5");
    }

    private static async Task ReadAsync(BenchmarkStore store, int metric, int row, string field, CancellationToken cancellationToken)
    {
        var filter = new SeriesFilter(StoreDataSet.Target, StoreDataSet.Metric(metric), [new LabelMatcher("relname", $"table_{row}")]);
        var read = store.Reader.ReadSamplesAsync(
            filter, [field], StoreDataSet.Start, StoreDataSet.Start.AddDays(1), TimeSpan.FromMinutes(3), cancellationToken);
        await foreach (var series in read)
        {
            if (series.Samples.Count != StoreDataSet.Snapshots)
            {
                throw new InvalidOperationException($"{series.Samples.Count} samples came back of {StoreDataSet.Snapshots}.");
            }
        }
    }

    private static async Task SelectAsync(NpgsqlConnection connection, int series, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT starts_at, row_count, times, summaries, readings FROM metrics_packed WHERE series_id = @series AND starts_at >= @from AND starts_at < @to ORDER BY starts_at",
            connection);
        command.Parameters.AddWithValue("series", series);
        command.Parameters.AddWithValue("from", StoreDataSet.Start.UtcDateTime);
        command.Parameters.AddWithValue("to", StoreDataSet.Start.AddDays(1).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            _ = (reader.GetFieldValue<DateTime>(0), reader.GetInt32(1), reader.GetFieldValue<double[]>(2), reader.GetFieldValue<double?[]>(3), reader.GetFieldValue<double[]>(4));
        }
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
