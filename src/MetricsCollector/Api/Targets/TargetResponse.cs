using MetricsCollector.Assignment;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Api.Targets;

/// <summary>A watched server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is: <c>host:port</c>.</param>
/// <param name="User">The role that logs in; null where the environment of the collector says it.</param>
/// <param name="Database">The database that is connected to.</param>
/// <param name="Labels">Labels that the settings give it.</param>
/// <param name="Status">Whether it answers.</param>
/// <param name="Reason">Why it does not answer; null when it does.</param>
/// <param name="Since">Since when the status holds; null before the first collection.</param>
/// <param name="Role"><c>primary</c> or <c>standby</c>; null before its first answer.</param>
/// <param name="Version">PostgreSQL's version, such as 17.10; null before its first answer.</param>
/// <param name="StartedAt">When the server was started, by its own clock.</param>
/// <param name="Databases">Databases that take connections.</param>
/// <param name="Metrics">How many metrics it is asked for.</param>
/// <param name="LatenessMs">How long after its tick the last scheduled collection started; 0 of the first one, which has no tick, and after
/// one without an answer.</param>
/// <param name="SkippedTicks">How many ticks went by while a collection still ran.</param>
/// <param name="Origin">Who named it: <c>settings</c> or <c>api</c>.</param>
/// <param name="Collector">The collector of the store that collects it; null while nobody knows.</param>
/// <param name="LastCollection">The last collection; null before the first.</param>
/// <param name="Settings">Its settings, as PUT takes them, without the connection string, which PUT keeps when it is left out.</param>
/// <param name="Limitations">What cannot be read, why, and what would mend it.</param>
/// <param name="Capabilities">Deprecated: the former name of <c>limitations</c>, with the same content.</param>
internal sealed record TargetResponse(
    string Name,
    string Address,
    string? User,
    string? Database,
    IReadOnlyDictionary<string, string> Labels,
    TargetStatus Status,
    string? Reason,
    DateTimeOffset? Since,
    string? Role,
    string? Version,
    DateTimeOffset? StartedAt,
    IReadOnlyList<string> Databases,
    int Metrics,
    double LatenessMs,
    long SkippedTicks,
    TargetOrigin Origin,
    string? Collector,
    LastCollectionResponse? LastCollection,
    TargetSettingsResponse Settings,
    IReadOnlyList<CapabilityResponse> Limitations,
    IReadOnlyList<CapabilityResponse> Capabilities)
{
    /// <summary>
    /// Which server answered last, as <c>host:port</c>: one of those that <c>address</c> has. Null before its first answer.
    /// </summary>
    public string? Server { get; init; }

    private const string TurnedOff = "The target is turned off (enabled is false); PUT it with \"enabled\": true to watch it again.";

    /// <summary>Shows what is known of a target.</summary>
    public static TargetResponse From(TargetCollector collector, FleetState fleet)
    {
        var target = collector.Target;
        var state = collector.State;
        var facts = state.Facts;
        List<CapabilityResponse> limitations =
        [
            .. state.Outcomes
                .Where(outcome => outcome.Value.Status != OutcomeStatus.Ok && state.Status != TargetStatus.Down)
                .OrderBy(outcome => outcome.Key, StringComparer.Ordinal)
                .Select(outcome => new CapabilityResponse(outcome.Key, outcome.Value.Status, outcome.Value.Reason, outcome.Value.SqlState)),
        ];
        return new TargetResponse(
            target.Name,
            target.Address,
            target.User,
            target.Database,
            target.Labels.Items.ToDictionary(StringComparer.Ordinal),
            state.Status,
            state.Reason,
            state.Since,
            facts is null ? null : facts.InRecovery ? "standby" : "primary",
            facts?.Version,
            facts?.StartedAt,
            facts?.Databases ?? [],
            collector.Plan.Metrics.Count,
            Math.Round(state.Lateness?.TotalMilliseconds ?? 0, 3),
            collector.SkippedTicks,
            target.Origin,
            fleet.Holders.GetValueOrDefault(target.Name),
            LastCollectionResponse.From(state.LastCollection),
            TargetSettingsResponse.From(target),
            limitations,
            limitations)
        {
            Server = state.Server,
        };
    }

    /// <summary>Shows a target that is turned off.</summary>
    public static TargetResponse Disabled(Target target) => new(
        target.Name,
        target.Address,
        target.User,
        target.Database,
        target.Labels.Items.ToDictionary(StringComparer.Ordinal),
        TargetStatus.Unknown,
        TurnedOff,
        Since: null,
        Role: null,
        Version: null,
        StartedAt: null,
        Databases: [],
        Metrics: 0,
        LatenessMs: 0,
        SkippedTicks: 0,
        target.Origin,
        Collector: null,
        LastCollection: null,
        TargetSettingsResponse.From(target),
        Limitations: [],
        Capabilities: []);
}
