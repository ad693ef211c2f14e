using MetricsCollector.Targets;

namespace MetricsCollector.Api.Targets;

/// <summary>A target that was named over the API, without its secrets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is: <c>host:port</c>.</param>
/// <param name="User">The role that logs in; null where the environment of the collector says it.</param>
/// <param name="Database">The database that is connected to.</param>
/// <param name="Enabled">Whether it is watched.</param>
/// <param name="Preset">Which metrics to begin with.</param>
/// <param name="Metrics">Globs over metrics, after the preset.</param>
/// <param name="Databases">Globs over databases.</param>
/// <param name="Intervals">Intervals by glob over metric names.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record SavedTargetResponse(
    string Name,
    string Address,
    string? User,
    string? Database,
    bool Enabled,
    string Preset,
    IReadOnlyList<string> Metrics,
    IReadOnlyList<string> Databases,
    IReadOnlyDictionary<string, string> Intervals,
    IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Shows a target that was saved.</summary>
    public static SavedTargetResponse From(Target target, TargetDocument document) => new(
        target.Name,
        target.Address,
        target.User,
        target.Database,
        document.Enabled != false,
        target.Preset,
        document.Metrics ?? [],
        document.Databases ?? [],
        document.Intervals ?? new Dictionary<string, string>(),
        document.Labels ?? new Dictionary<string, string>());
}
