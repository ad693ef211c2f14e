using MetricsCollector.Snapshots;

namespace MetricsCollector.Benchmarks;

/// <summary>What a sample costs on disk: hot, packed by hour, packed by day; read back each time.</summary>
internal sealed class StoreSizeBenchmark : IBenchmark
{
    private const int PassesOfABatch = 20;

    /// <inheritdoc />
    public string Name => "store-size";

    /// <inheritdoc />
    public string Summary => "Bytes per sample of one day of one target, everything included, read back equal.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await BenchmarkStore.StartAsync(cancellationToken);
        var passes = StoreDataSet.Make();
        foreach (var batch in passes.Chunk(PassesOfABatch))
        {
            await store.Writer.WriteAsync(batch, cancellationToken);
        }

        var hot = await MeasureAsync("hot", 15, 13.8);
        await store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
        var hours = await MeasureAsync("packed by hour", 1.9, 1.57);
        await store.Packer.MergeDaysAsync(TimeSpan.Zero, cancellationToken);
        return [hot, hours, await MeasureAsync("packed by day", 1.2, 0.99)];

        async Task<Measurement> MeasureAsync(string what, double goal, double reference)
        {
            var bytes = await store.BytesAsync(cancellationToken);
            await CompareAsync(store, passes, cancellationToken);
            return new Measurement(what, bytes / (double)StoreDataSet.Samples, reference, "bytes/sample", $"<= {goal}");
        }
    }

    private static async Task CompareAsync(BenchmarkStore store, List<CollectionPass> passes, CancellationToken cancellationToken)
    {
        var compared = 0L;
        for (var metric = 0; metric < StoreDataSet.Metrics; metric++)
        {
            var filter = new SeriesFilter(StoreDataSet.Target, StoreDataSet.Metric(metric));
            var rows = passes[0].Snapshots[metric].Rows.Select((row, place) => (row.Labels, place)).ToDictionary(row => row.Labels, row => row.place);
            var read = store.Reader.ReadSamplesAsync(
                filter, StoreDataSet.FieldNames, StoreDataSet.Start, StoreDataSet.Start.AddDays(1), TimeSpan.Zero, cancellationToken);
            await foreach (var series in read)
            {
                var (row, field) = (rows[series.Series.Labels], StoreDataSet.FieldNames.ToList().IndexOf(series.Field));
                for (var i = 0; i < passes.Count; i++, compared++)
                {
                    if (series.Samples[i] != new Sample(passes[i].StartedAt, passes[i].Snapshots[metric].Rows[row].Readings[field]))
                    {
                        throw new InvalidOperationException($"{series.Series} {series.Field} at {passes[i].StartedAt:O} did not come back as it was written.");
                    }
                }
            }
        }

        if (compared != StoreDataSet.Samples)
        {
            throw new InvalidOperationException($"{compared} samples came back of {StoreDataSet.Samples}.");
        }
    }
}
