using MetricsCollector.Api.Conditions;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Overview;

/// <summary>One watched server at a glance. What is not collected, or not for a server of its role, is null.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Labels">Labels that the settings give it.</param>
/// <param name="Status">Whether it answers.</param>
/// <param name="Reason">Why it does not answer; null when it does.</param>
/// <param name="Since">Since when the status holds; null before the first collection.</param>
/// <param name="Role"><c>primary</c> or <c>standby</c>; null before its first answer.</param>
/// <param name="Version">PostgreSQL's version.</param>
/// <param name="Load">Average number of active sessions in the last five minutes.</param>
/// <param name="Blocked">Sessions that wait for a lock now.</param>
/// <param name="Connections">Connection slots in use.</param>
/// <param name="MaxConnections">Connection slots there are.</param>
/// <param name="LagSeconds">How far behind: a standby itself, or the farthest of the standbys that a primary sees.</param>
/// <param name="SizeBytes">Size of all databases together.</param>
/// <param name="CollectedAt">When the last collection began; null before the first.</param>
/// <param name="Conditions">What needs attention, as <c>/api/v1/status</c> has it.</param>
internal sealed record FleetRowResponse(
    string Target, IReadOnlyDictionary<string, string> Labels, TargetStatus Status, string? Reason, DateTimeOffset? Since, string? Role,
    string? Version, double? Load, double? Blocked, double? Connections, double? MaxConnections, double? LagSeconds, double? SizeBytes,
    DateTimeOffset? CollectedAt, IReadOnlyList<ConditionResponse> Conditions)
{
    /// <summary>Shows a target.</summary>
    /// <param name="collector">The target.</param>
    /// <param name="newest">The newest snapshot of a metric of it; null when there is none.</param>
    /// <param name="load">Its load; null when it is not sampled.</param>
    /// <param name="conditions">What is the matter with it.</param>
    public static FleetRowResponse Of(
        TargetCollector collector, Func<string, Snapshot?> newest, double? load, IReadOnlyList<ConditionResponse> conditions)
    {
        var state = collector.State;
        var isUp = state.Status == TargetStatus.Up;
        return new FleetRowResponse(
            collector.Target.Name,
            collector.Target.Labels.Items.ToDictionary(StringComparer.Ordinal),
            state.Status,
            state.Reason,
            state.Since,
            state.Facts is null ? null : state.Facts.InRecovery ? "standby" : "primary",
            state.Facts?.Version,
            isUp ? load : null,
            isUp ? Greatest("blocking", "blocked") : null,
            isUp ? Greatest("server", "connections") : null,
            Greatest("server", "max_connections"),
            isUp ? Greatest("recovery", "lag") ?? Greatest("replication", "replay_lag") : null,
            Values("database_size", "size") is { Count: > 0 } sizes ? sizes.Sum() : null,
            state.LastCollection?.StartedAt,
            conditions);

        double? Greatest(string metric, string field) => Values(metric, field) is { Count: > 0 } values ? values.Max() : null;

        List<double> Values(string metric, string field) =>
            newest(metric) is { } snapshot && snapshot.Fields.ToList().IndexOf(field) is >= 0 and var place
                ? [.. snapshot.Rows.Select(row => place < row.Readings.Length ? row.Readings[place] : null).OfType<double>()]
                : [];
    }

    /// <summary>How much it hurts, the greatest first: what is down, what needs attention, how full, how busy.</summary>
    public IComparable Hurt() => (
        Status == TargetStatus.Down ? 2 : Status == TargetStatus.Unknown ? 1 : 0,
        Conditions.Count,
        Blocked ?? 0,
        Connections > 0.9 * MaxConnections ? 1 : 0,
        Load ?? 0,
        LagSeconds ?? 0);
}
