using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MetricsCollector.Exposition;

/// <summary>Reads all meters when somebody scrapes, added up since the start.</summary>
internal sealed class ScrapeReader : IDisposable
{
    private readonly Lock _oneAtATime = new();
    private readonly LastExport _export = new();

    public ScrapeReader() =>
        Reader = new BaseExportingMetricReader(_export) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };

    /// <summary>What the meters' provider has to know.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <summary>Gives every metric as it is now; the metrics are valid only inside.</summary>
    public T Read<T>(Func<IEnumerable<Metric>, T> read)
    {
        lock (_oneAtATime)
        {
            T? result = default;
            _export.Read = metrics => result = read(metrics);
            return Reader.Collect() && result is not null ? result : read([]);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Reader.Dispose();

    private sealed class LastExport : BaseExporter<Metric>
    {
        public Action<IEnumerable<Metric>> Read { get; set; } = static _ => { };

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var metrics = new List<Metric>();
            foreach (var metric in batch)
            {
                metrics.Add(metric);
            }

            Read(metrics);
            return ExportResult.Success;
        }
    }
}
