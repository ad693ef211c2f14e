using System.Diagnostics;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>A day of one field of one series out of packed history, against a SELECT of the same raw rows.</summary>
internal sealed class StoreReadBenchmark : IBenchmark
{
    private const int CollectionsOfABatch = 20;
    private const int WarmUps = 100;
    private const int Rounds = 500;

    /// <inheritdoc />
    public string Name => "store-read";

    /// <inheritdoc />
    public string Summary => "24 h of one field of one series, packed, against a SELECT of the same raw rows by index.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await BenchmarkStore.StartAsync(true, cancellationToken);
        foreach (var batch in StoreDataSet.Make().Chunk(CollectionsOfABatch))
        {
            await store.Writer.WriteAsync(batch, cancellationToken);
        }

        // One table in order of time: the reference plans no partitions.
        await store.ExecuteAsync(
            """
            CREATE TABLE raw_rows (LIKE metrics_raw);
            INSERT INTO raw_rows SELECT * FROM metrics_raw ORDER BY collected_at, series_id;
            ALTER TABLE raw_rows ADD PRIMARY KEY (series_id, collected_at);
            """,
            cancellationToken);
        await store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
        var hours = await MeasureAsync(store, "24 h packed by hour", cancellationToken);
        await store.Packer.MergeDaysAsync(TimeSpan.Zero, cancellationToken);
        return [hours, await MeasureAsync(store, "24 h packed by day", cancellationToken)];
    }

    private static async Task<Measurement> MeasureAsync(BenchmarkStore store, string what, CancellationToken cancellationToken)
    {
        await using var connection = await store.Source.OpenConnectionAsync(cancellationToken);
        await store.ExecuteAsync("VACUUM ANALYZE", cancellationToken);
        var (ours, reference) = (new List<double>(), new List<double>());
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            // Another series and field each time, so that both read what they have not just read.
            var (metric, row) = (round % StoreDataSet.Metrics, round / StoreDataSet.Metrics % StoreDataSet.RowsOfAMetric);
            var before = Stopwatch.GetTimestamp();
            await ReadAsync(store, metric, row, StoreDataSet.FieldNames[round % StoreDataSet.Fields], cancellationToken);
            var between = Stopwatch.GetTimestamp();
            await SelectAsync(
                connection, 1 + (metric * StoreDataSet.RowsOfAMetric) + row, 1 + (round % StoreDataSet.Fields), cancellationToken);
            if (round >= WarmUps)
            {
                ours.Add(Stopwatch.GetElapsedTime(before, between).TotalMilliseconds);
                reference.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
            }
        }

        return new Measurement(what, Median(ours), Median(reference), "ms", "ratio <= 1.5");
    }

    /// <summary>Reads a day of one field of one series of the data set, and looks whether all of it came.</summary>
    internal static async Task ReadAsync(BenchmarkStore store, int metric, int row, string field, CancellationToken cancellationToken)
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

    private static async Task SelectAsync(NpgsqlConnection connection, int series, int field, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT collected_at, readings[@field] FROM raw_rows WHERE series_id = @series AND collected_at >= @from AND collected_at < "
                + "@to ORDER BY collected_at",
            connection);
        command.Parameters.AddWithValue("series", series);
        command.Parameters.AddWithValue("field", field);
        command.Parameters.AddWithValue("from", StoreDataSet.Start.UtcDateTime);
        command.Parameters.AddWithValue("to", StoreDataSet.Start.AddDays(1).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var samples = new List<Sample>();
        while (await reader.ReadAsync(cancellationToken))
        {
            samples.Add(new Sample(reader.GetFieldValue<DateTimeOffset>(0), reader.GetDouble(1)));
        }

        if (samples.Count != StoreDataSet.Snapshots)
        {
            throw new InvalidOperationException($"{samples.Count} rows came back of {StoreDataSet.Snapshots}.");
        }
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
