using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Metrics;

/// <summary>A metric of the catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it tells.</param>
/// <param name="Kind">The kind of targets it is for, such as <c>postgresql</c>.</param>
/// <param name="Source">The views and functions it reads, by range of PostgreSQL versions.</param>
/// <param name="Preset">The smallest preset it belongs to; <c>+name</c> in a target's <c>Metrics</c> adds it to a smaller one.</param>
/// <param name="Scope">Once per server or once per database.</param>
/// <param name="Interval">How often it is read when the settings say nothing else, such as <c>1m</c>.</param>
/// <param name="Role">Which servers it is asked of.</param>
/// <param name="Requires">The extension it needs, such as <c>pg_stat_statements 1.9</c>; null when none.</param>
/// <param name="Versions">The PostgreSQL versions it is for.</param>
/// <param name="Labels">Text columns that identify a row.</param>
/// <param name="Attributes">Text columns that describe a row.</param>
/// <param name="Fields">Numeric columns.</param>
internal sealed record MetricResponse(
    string Name,
    string Summary,
    string Kind,
    IReadOnlyDictionary<string, string?> Source,
    MetricPreset Preset,
    MetricScope Scope,
    string Interval,
    ServerRole Role,
    string? Requires,
    IReadOnlyList<string> Versions,
    IReadOnlyList<ColumnDescription> Labels,
    IReadOnlyList<ColumnDescription> Attributes,
    IReadOnlyList<Field> Fields)
{
    public static MetricResponse From(MetricDefinition metric) => new(
        metric.Name,
        metric.Summary,
        metric.Kind.Name,
        metric.Files.ToDictionary(file => file.Postgres.ToString(), file => file.Source, StringComparer.Ordinal),
        metric.Preset,
        metric.Scope,
        metric.Every.ToString(),
        metric.Role,
        metric.Requires is { } extension ? $"{extension.Name} {extension.MinVersion}".TrimEnd() : null,
        [.. metric.Files.Select(file => file.Postgres.ToString())],
        metric.Labels,
        metric.Attributes,
        metric.Fields);
}
