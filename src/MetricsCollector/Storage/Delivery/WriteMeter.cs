using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MetricsCollector.Storage.Delivery;

/// <summary>Times and traces every batch that goes to the store, and what is done to keep the store.</summary>
internal sealed class WriteMeter(IMeterFactory meters, TimeProvider time)
{
    private const string Name = "MetricsCollector";

    private static readonly ActivitySource Traces = new(Name);

    private readonly Histogram<double> _writes = meters.Create(Name).CreateHistogram(
        "metrics_collector.store.write.duration",
        "s",
        "How long writing batches of collections to the store took, by whether it worked.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    /// <summary>Starts the trace of one run of upkeep, ended by disposing of it; null while nobody traces.</summary>
    public static Activity? StartUpkeep() => Traces.StartActivity("keep store");

    /// <summary>Writes a batch, timed and traced.</summary>
    /// <param name="collections">How many collections it has.</param>
    /// <param name="write">Writes it.</param>
    public async Task WriteAsync(int collections, Func<Task> write)
    {
        using var activity = Traces.StartActivity("write store");
        activity?.SetTag("metrics_collector.passes", collections);
        var start = time.GetTimestamp();
        var worked = false;
        try
        {
            await write();
            worked = true;
        }
        finally
        {
            _writes.Record(time.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("result", worked ? "ok" : "failed"));
            activity?.SetStatus(worked ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        }
    }
}
