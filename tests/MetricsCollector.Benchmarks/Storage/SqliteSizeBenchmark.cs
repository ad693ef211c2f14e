using System.Diagnostics;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite.Maintenance;
using MetricsCollector.Storage.Sqlite.Read;
using MetricsCollector.Storage.Sqlite.Schema;
using MetricsCollector.Storage.Sqlite.Write;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsCollector.Benchmarks.Storage;

/// <summary>What a sample costs in the SQLite file, and how fast a day of one field comes back.</summary>
internal sealed class SqliteSizeBenchmark : IBenchmark
{
    private const int CollectionsOfABatch = 20;
    private const int Reads = 200;

    /// <inheritdoc />
    public string Name => "sqlite-size";

    /// <inheritdoc />
    public string Summary => "Bytes per sample of one day of one target in the SQLite file, and 24 h of one field read from it.";

    /// <inheritdoc />
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("metrics-collector-");
        try
        {
            var file = new SqliteFile(Path.Combine(directory.FullName, "store.db"));
            new SqliteSchema(file).Ensure();
            await WriteAsync(file, cancellationToken);
            var written = file.Path + "-wal";
            var hot = new FileInfo(file.Path).Length + (File.Exists(written) ? new FileInfo(written).Length : 0);
            var policy = new RetentionPolicy(new(TimeSpan.FromDays(30)), new Dictionary<string, Duration>());
            var forecast = new SqliteSize(file).Read(policy).BytesPerSample ?? 0;
            var read = await ReadAsync(file, cancellationToken);
            return
            [
                new Measurement("file with its log, as written", hot / (double)StoreDataSet.Samples, null, "bytes/sample", "-"),
                new Measurement(
                    "as status tells it", forecast, new FileInfo(file.Path).Length / (double)StoreDataSet.Samples, "bytes/sample",
                    "ratio 0.9 to 1.1"),
                new Measurement("24 h of one field", read, null, "ms", "-"),
            ];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task WriteAsync(SqliteFile file, CancellationToken cancellationToken)
    {
        using var writer = new SqliteSnapshotWriter(file, new StoreStatus(TimeProvider.System), NullLogger<SqliteSnapshotWriter>.Instance);
        foreach (var batch in StoreDataSet.Make().Chunk(CollectionsOfABatch))
        {
            await writer.WriteAsync(batch, cancellationToken);
        }
    }

    private static async Task<double> ReadAsync(SqliteFile file, CancellationToken cancellationToken)
    {
        var reader = new SqliteSnapshotReader(file);
        var times = new List<double>();
        for (var round = 0; round < Reads; round++)
        {
            var filter = new SeriesFilter(
                StoreDataSet.Target,
                StoreDataSet.Metric(round % StoreDataSet.Metrics),
                [new LabelMatcher("relname", $"table_{round / StoreDataSet.Metrics % StoreDataSet.RowsOfAMetric}")]);
            var before = Stopwatch.GetTimestamp();
            var read = reader.ReadSamplesAsync(
                filter, [StoreDataSet.FieldNames[round % StoreDataSet.Fields]], StoreDataSet.Start, StoreDataSet.Start.AddDays(1),
                TimeSpan.Zero, cancellationToken);
            await foreach (var series in read)
            {
                if (series.Samples.Count != StoreDataSet.Snapshots)
                {
                    throw new InvalidOperationException($"{series.Samples.Count} samples came back of {StoreDataSet.Snapshots}.");
                }
            }

            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
