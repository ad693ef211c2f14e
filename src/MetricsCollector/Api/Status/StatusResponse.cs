using MetricsCollector.Api.Conditions;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Api.Status;

/// <summary>The collector itself.</summary>
/// <param name="State"><c>ok</c> when everything works, <c>degraded</c> when something does not; the reasons say what.</param>
/// <param name="Reasons">What does not work; empty when everything does.</param>
/// <param name="Conditions">
/// What needs somebody on the watched servers, as their newest snapshots show it. A metric that fails whenever it is collected
/// (<c>metricFailing</c>) also degrades the state; all others change neither the state nor <c>readyz</c>, which are the collector's own.
/// </param>
/// <param name="Version">Version of the program.</param>
/// <param name="StartedAt">When the program started.</param>
/// <param name="UptimeSeconds">How long it has run.</param>
/// <param name="Targets">How the targets do.</param>
/// <param name="Collection">How collecting goes.</param>
/// <param name="Collectors">The collectors that share the store, this one included.</param>
/// <param name="Store">How the store does.</param>
internal sealed record StatusResponse(
    string State,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<ConditionResponse> Conditions,
    string Version,
    DateTimeOffset StartedAt,
    double UptimeSeconds,
    TargetsStatusResponse Targets,
    CollectionStatusResponse Collection,
    IReadOnlyList<CollectorPresenceResponse> Collectors,
    StoreReport Store);
