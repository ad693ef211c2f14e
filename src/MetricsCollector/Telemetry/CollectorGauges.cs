using System.Diagnostics.Metrics;
using System.Reflection;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Telemetry;

/// <summary>What can be read of the collector at any time: targets, store, queue, spool, losses, memory. Read when somebody asks, not
/// before.</summary>
internal sealed class CollectorGauges
{
    private static readonly string Version =
        typeof(CollectorGauges).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "unknown";

    public CollectorGauges(IMeterFactory meters, TargetCollectors collectors, StoreStatus store, TimeProvider time)
    {
        var meter = meters.Create(CollectorMeters.Name);
        var startedAt = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge(
            "metrics_collector.build_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version)), null,
            "Always 1; the label is the version of the program.");
        meter.CreateObservableGauge("metrics_collector.start_time", () => startedAt, "s", "When the program started, as Unix time.");
        meter.CreateObservableGauge(
            "metrics_collector.resident_memory", () => Environment.WorkingSet, "By", "Memory that the program holds.");
        meter.CreateObservableGauge("metrics_collector.targets", () => Targets(collectors), null, "Targets, by whether they answer.");
        meter.CreateObservableGauge(
            "metrics_collector.pass.lateness.max", () => Lateness(collectors), "s",
            "How long after its tick the last scheduled collection began, for the target that is latest.");

        meter.CreateObservableGauge(
            "metrics_collector.store.up", () => store.Read().State == StoreState.Ready ? 1 : 0, null,
            "1 when the store takes snapshots, 0 when it does not.");
        meter.CreateObservableCounter(
            "metrics_collector.store.written.passes", () => store.Read().WrittenCollections, null, "Collections written to the store.");
        meter.CreateObservableCounter(
            "metrics_collector.store.written.rows", () => store.Read().WrittenRows, null, "Rows written to the store.");
        meter.CreateObservableCounter(
            "metrics_collector.store.written.samples", () => store.Read().WrittenSamples, null, "Field values written to the store.");
        meter.CreateObservableCounter(
            "metrics_collector.store.refused.passes", () => store.Read().RefusedCollections, null,
            "Collections that the store answered it would never take.");
        meter.CreateObservableGauge("metrics_collector.store.size", () => Size(store), "By", "What history takes in the store.");
        meter.CreateObservableGauge(
            "metrics_collector.queue.passes", () => store.Read().QueuedCollections, null, "Collections in memory that wait to be written.");
        meter.CreateObservableGauge(
            "metrics_collector.queue.rows", () => store.Read().QueuedRows, null, "Rows in memory that wait to be written.");
        meter.CreateObservableGauge(
            "metrics_collector.spool.passes", () => store.Read().SpooledCollections, null, "Collections on disk that wait to be written.");
        meter.CreateObservableGauge(
            "metrics_collector.spool.size", () => store.Read().SpooledBytes, "By", "Bytes of the spool that are in use.");
        meter.CreateObservableCounter(
            "metrics_collector.dropped.passes", () => store.Read().DroppedCollections, null,
            "Collections that were lost because the spool took no more and the queue in memory was full.");
        meter.CreateObservableCounter(
            "metrics_collector.dropped.rows", () => store.Read().DroppedRows, null,
            "Rows that were lost because the spool took no more and the queue in memory was full.");
    }

    private static IEnumerable<Measurement<int>> Targets(TargetCollectors collectors)
    {
        var states = collectors.All.Select(collector => collector.State.Status).ToList();
        return Enum.GetValues<TargetStatus>().Select(status => new Measurement<int>(
            states.Count(state => state == status), new KeyValuePair<string, object?>("status", status.ToString().ToLowerInvariant())));
    }

    private static double Lateness(TargetCollectors collectors) =>
        collectors.All.Select(collector => collector.State.Lateness?.TotalSeconds ?? 0).DefaultIfEmpty().Max();

    private static IEnumerable<Measurement<long>> Size(StoreStatus store) =>
        store.Read().Size is { } size ? [new Measurement<long>((long)size.Bytes)] : [];
}
