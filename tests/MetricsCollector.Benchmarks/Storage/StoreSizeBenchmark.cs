using MetricsCollector.Snapshots;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>What a sample costs on disk: hot, packed by hour, packed by day; read back each time.</summary>
internal sealed class StoreSizeBenchmark : IBenchmark
{
    private const int CollectionsOfABatch = 20;

    /// <inheritdoc />
    public string Name => "store-size";

    /// <inheritdoc />
    public string Summary => "Bytes per sample of one day of one target, everything included, read back equal; against one row per value.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        await using var store = await BenchmarkStore.StartAsync(false, cancellationToken);
        var collections = StoreDataSet.Make();
        foreach (var batch in collections.Chunk(CollectionsOfABatch))
        {
            await store.Writer.WriteAsync(batch, cancellationToken);
        }

        var reference = await RowPerValueAsync(store, cancellationToken);
        var hot = await MeasureAsync("hot", 15);
        await store.Packer.PackHoursAsync(TimeSpan.Zero, cancellationToken);
        var hours = await MeasureAsync("packed by hour", 1.9);
        await store.Packer.MergeDaysAsync(TimeSpan.Zero, cancellationToken);
        var days = await MeasureAsync("packed by day", 1.2);
        return [hot, hours, days, .. await CompressionsAsync(store, cancellationToken)];

        async Task<Measurement> MeasureAsync(string what, double goal)
        {
            var bytes = await store.BytesAsync(cancellationToken);
            await CompareAsync(store, collections, cancellationToken);
            return new Measurement(what, bytes / (double)StoreDataSet.Samples, reference, "bytes/sample", $"<= {goal}");
        }
    }

    /// <summary>The reference: one row per value with the number of its series and field, of an hour of the same data, as bytes per
    /// sample.</summary>
    private static async Task<double> RowPerValueAsync(BenchmarkStore store, CancellationToken cancellationToken)
    {
        await store.ExecuteAsync(
            """
            CREATE TABLE row_per_value (
              collected_at timestamptz, series_id integer, field smallint, value float8, PRIMARY KEY (series_id, field, collected_at));
            INSERT INTO row_per_value
            SELECT collected_at, series_id, field, value
            FROM metrics_raw, unnest(readings) WITH ORDINALITY AS r(value, field)
            WHERE collected_at < (SELECT min(collected_at) FROM metrics_raw) + interval '1 hour'
            """,
            cancellationToken);
        var bytes = await store.NumberAsync("SELECT pg_total_relation_size('row_per_value')", cancellationToken);
        return bytes / (double)await store.NumberAsync("SELECT count(*) FROM row_per_value", cancellationToken);
    }

    /// <summary>The packed days alone as PostgreSQL may keep them, against how it keeps them here.</summary>
    private static async Task<List<Measurement>> CompressionsAsync(BenchmarkStore store, CancellationToken cancellationToken)
    {
        var alternatives = new List<(string What, string Sql)>
        {
            ("pglz", "SET COMPRESSION pglz"),
            ("no compression", "SET STORAGE EXTERNAL"),
        };
        if (await store.NumberAsync(
            "SELECT count(*) FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)", cancellationToken) == 1)
        {
            alternatives.Add(("lz4", "SET COMPRESSION lz4"));
        }

        var measured = new List<Measurement>();
        foreach (var (what, sql) in alternatives)
        {
            // Appending nothing makes another value: else it would be kept as it was compressed before.
            await store.ExecuteAsync(
                $"""
                CREATE TABLE alternative (LIKE metrics_packed_days);
                ALTER TABLE alternative ALTER COLUMN readings {sql}, ALTER COLUMN times {sql}, ALTER COLUMN summaries {sql},
                  ADD PRIMARY KEY (series_id, starts_at);
                INSERT INTO alternative
                SELECT series_id, row_count, starts_at, ends_at, longest_gap, times_packing, packings, ends, times || '{"{}"}'::float8[],
                  summaries || '{"{}"}'::float8[], readings || '{"{}"}'::float8[]
                FROM metrics_packed_days
                """,
                cancellationToken);
            var bytes = await store.NumberAsync("SELECT pg_total_relation_size('alternative')", cancellationToken);
            var kept = await store.NumberAsync(
                "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'metrics_packed_days'::regclass",
                cancellationToken);
            measured.Add(
                new Measurement(
                    $"packed days alone, {what}",
                    bytes / (double)StoreDataSet.Samples,
                    kept / (double)StoreDataSet.Samples,
                    "bytes/sample",
                    "for comparison"));
            await store.ExecuteAsync("DROP TABLE alternative", cancellationToken);
        }

        return measured;
    }

    private static async Task CompareAsync(BenchmarkStore store, List<CollectionRun> collections, CancellationToken cancellationToken)
    {
        var compared = 0L;
        for (var metric = 0; metric < StoreDataSet.Metrics; metric++)
        {
            var filter = new SeriesFilter(StoreDataSet.Target, StoreDataSet.Metric(metric));
            var rows = collections[0].Snapshots[metric].Rows
                .Select((row, place) => (row.Labels, place))
                .ToDictionary(row => row.Labels, row => row.place);
            var read = store.Reader.ReadSamplesAsync(
                filter, StoreDataSet.FieldNames, StoreDataSet.Start, StoreDataSet.Start.AddDays(1), TimeSpan.Zero, cancellationToken);
            await foreach (var series in read)
            {
                var (row, field) = (rows[series.Series.Labels], StoreDataSet.FieldNames.ToList().IndexOf(series.Field));
                for (var i = 0; i < collections.Count; i++, compared++)
                {
                    if (series.Samples[i] != new Sample(
                        collections[i].StartedAt, collections[i].Snapshots[metric].Rows[row].Readings[field]))
                    {
                        throw new InvalidOperationException(
                            $"{series.Series} {series.Field} at {collections[i].StartedAt:O} did not come back as it was written.");
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
