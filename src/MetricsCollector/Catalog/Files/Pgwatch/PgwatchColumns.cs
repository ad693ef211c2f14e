using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Yaml;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Files.Pgwatch;

/// <summary>What the columns of a pgwatch metric mean: their names and the metric's list of gauges say it.</summary>
/// <param name="Gauges">The names of the gauges, one per line; <c>*</c> for all.</param>
internal sealed record PgwatchColumns(string Gauges)
{
    private const string Tag = "tag_";
    private const string Time = "epoch_ns";

    /// <summary>
    /// <c>tag_x</c> is the label <c>x</c>, any other number a field, a counter unless it is listed as a gauge. The time (a snapshot has
    /// its own) and other texts are neither: pgwatch keeps such texts per sample, and its Prometheus output drops them too.
    /// </summary>
    public ColumnRole RoleOf(string name, bool isNumber)
    {
        if (name.Length > Tag.Length && name.StartsWith(Tag, StringComparison.Ordinal))
        {
            return new ColumnRole(name[Tag.Length..], null);
        }

        return !isNumber || name == Time
            ? new ColumnRole(null, null)
            : new ColumnRole(null, new Field(name, IsGauge(name) ? FieldKind.Gauge : FieldKind.Counter, UnitName.Of(name), name));
    }

    private bool IsGauge(string name) => Gauges.Split('\n').Any(gauge => gauge == "*" || gauge == name);
}
