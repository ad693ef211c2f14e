using MetricsCollector.Targets;

namespace MetricsCollector.Api.Targets;

/// <summary>The settings of a target, as PUT takes them, without its connection string; sent back unchanged they change nothing.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Enabled">Whether it is watched.</param>
/// <param name="Preset">Which metrics to begin with.</param>
/// <param name="Metrics">Globs over metrics, after the preset.</param>
/// <param name="Databases">Globs over databases.</param>
/// <param name="Intervals">Intervals by glob over metric names.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record TargetSettingsResponse(
    string Kind,
    bool Enabled,
    string Preset,
    IReadOnlyList<string> Metrics,
    IReadOnlyList<string> Databases,
    IReadOnlyDictionary<string, string> Intervals,
    IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Shows the settings of a target.</summary>
    public static TargetSettingsResponse From(Target target) => new(
        target.Kind.Name,
        target.Enabled,
        target.Preset,
        target.Metrics.Items,
        target.Databases.Items,
        target.Intervals.ToDictionary(interval => interval.Key, interval => interval.Value.ToString(), StringComparer.Ordinal),
        target.Labels.Items.ToDictionary(StringComparer.Ordinal));
}
