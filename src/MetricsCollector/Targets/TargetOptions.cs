using MetricsCollector.Snapshots;

namespace MetricsCollector.Targets;

/// <summary>Settings of one target, an element of the section <c>Targets</c>.</summary>
public sealed class TargetOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Targets";

    /// <summary>Name of the target in the API and the store: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, at most 63. Required.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>What it is: <c>postgresql</c>. Default <c>postgresql</c>.</summary>
    public string Kind { get; set; } = TargetKind.PostgreSqlName;

    /// <summary>
    /// How to reach it: <c>Host=...;Username=...;Database=...</c>, <c>host=... user=... dbname=...</c> or
    /// <c>postgres://user@host/database</c>. Required.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>Labels for people and dashboards, such as <c>env=prod</c>. Default none.</summary>
    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Which databases the metrics of scope database are asked in, as globs; a leading <c>!</c> takes out what it matches; the last that
    /// matches wins. Default all but a managed service's own.
    /// </summary>
    public IList<string> Databases { get; } = [];

    /// <summary>Which metrics to begin with: <c>minimal</c>, <c>standard</c> or <c>exhaustive</c>. Default <c>standard</c>.</summary>
    public string Preset { get; set; } = "standard";

    /// <summary>
    /// Which metrics, as globs; the last that matches wins. A list that begins with <c>+glob</c> or <c>!glob</c> adds to or takes from the
    /// preset; any other list replaces it. Default: the preset.
    /// </summary>
    public IList<string> Metrics { get; } = [];

    /// <summary>How often, by glob over metric names; the last that matches wins. Default: what each metric file says.</summary>
    public Dictionary<string, Duration> Intervals { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the target is watched. Default true.</summary>
    public bool Enabled { get; set; } = true;
}
