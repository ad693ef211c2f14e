using System.Diagnostics;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Collections;

/// <summary>A collection as a trace: what the driver does for it, and the request that asked for it, belong to it.</summary>
internal static class CollectionTrace
{
    private static readonly ActivitySource Traces = new("MetricsCollector");

    /// <summary>Begins one; null when nobody listens.</summary>
    public static Activity? Start(string target, CollectionTrigger trigger) =>
        Traces.StartActivity("collect")?.SetTag("metrics_collector.target", target)
            .SetTag("metrics_collector.trigger", trigger.ToString().ToLowerInvariant());

    /// <summary>Says how it ended.</summary>
    public static void End(Activity? activity, CollectionRun collection)
    {
        if (activity is not null)
        {
            activity.SetTag("metrics_collector.metrics", collection.Snapshots.Count)
                .SetTag("metrics_collector.round_trips", collection.RoundTrips);
            activity.SetStatus(collection.Unreachable is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, collection.Unreachable);
        }
    }
}
