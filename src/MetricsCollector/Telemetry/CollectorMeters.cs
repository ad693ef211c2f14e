using System.Diagnostics.Metrics;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Telemetry;

/// <summary>What the collector counts and times of its own work; what can be read at any time is in
/// <see cref="CollectorGauges"/>.</summary>
internal sealed class CollectorMeters : ICollectionObserver
{
    /// <summary>The name of the meter and of the traces.</summary>
    public const string Name = "MetricsCollector";

    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private readonly Histogram<double> _collections;
    private readonly Histogram<double> _lateness;
    private readonly Counter<long> _snapshots;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _samples;

    public CollectorMeters(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _collections = meter.CreateHistogram(
            "metrics_collector.pass.duration", "s", "How long collections of targets took, by what started them and how they ended.",
            advice: Seconds);
        _lateness = meter.CreateHistogram(
            "metrics_collector.pass.lateness", "s",
            "How long after their tick scheduled collections began, without the first of a target and those over targets that did not "
                + "answer before.",
            advice: Seconds);
        _snapshots = meter.CreateCounter<long>("metrics_collector.snapshots", null, "Snapshots taken, by outcome.");
        _rows = meter.CreateCounter<long>("metrics_collector.rows", null, "Rows read from targets.");
        _samples = meter.CreateCounter<long>("metrics_collector.samples", null, "Field values read from targets.");
    }

    /// <inheritdoc />
    public void Finished(CollectionRun collection)
    {
        _collections.Record(
            (collection.FinishedAt - collection.StartedAt).TotalSeconds, new("trigger", Word(collection.Trigger)),
            new("status", Word(collection.Status)));
        if (collection.Lateness is { } late)
        {
            _lateness.Record(late.TotalSeconds);
        }

        foreach (var outcome in collection.Snapshots.GroupBy(snapshot => snapshot.Outcome.Status))
        {
            _snapshots.Add(outcome.Count(), new KeyValuePair<string, object?>("outcome", Word(outcome.Key)));
        }

        _rows.Add(collection.Snapshots.Sum(snapshot => (long)snapshot.Rows.Count));
        _samples.Add(
            collection.Snapshots.Sum(snapshot => snapshot.Rows.Sum(row => (long)row.Readings.Count(reading => reading is not null))));
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
