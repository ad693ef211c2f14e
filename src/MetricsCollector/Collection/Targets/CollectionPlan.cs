using System.IO.Enumeration;
using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Targets;

/// <summary>What one target is asked for, and how often: the catalog after the settings.</summary>
public sealed class CollectionPlan
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Standard = TimeSpan.FromMinutes(1);

    private readonly MetricCatalog _catalog;
    private readonly TargetKind _kind;
    private readonly bool _storesTexts;

    private CollectionPlan(
        IReadOnlyDictionary<string, PlannedMetric> metrics, MetricCatalog catalog, TargetKind kind, bool storesTexts) =>
        (Metrics, _catalog, _kind, _storesTexts) = (metrics, catalog, kind, storesTexts);

    /// <summary>The metrics by name.</summary>
    public IReadOnlyDictionary<string, PlannedMetric> Metrics { get; }

    /// <summary>Makes the plan of a target.</summary>
    public static CollectionPlan For(Target target, MetricCatalog catalog, CollectionOptions options) =>
        new(catalog.Metrics
            .Where(metric => metric.Kind == target.Kind)
            .Where(metric => target.Metrics.Choose(metric.Name, otherwise: metric.Preset <= PresetOf(target)))
            .ToDictionary(
                metric => metric.Name,
                metric => new PlannedMetric(metric, IntervalOf(metric, target, options)),
                StringComparer.Ordinal),
            catalog,
            target.Kind,
            StatementTexts.AreStored(target, options));

    /// <summary>
    /// A metric of the catalog for this kind of target, whether the target is asked for it on schedule or not; null when there is none of
    /// the name.
    /// </summary>
    public MetricDefinition? Find(string name) =>
        Metrics.GetValueOrDefault(name)?.Definition ?? (_catalog.Find(name) is { } metric && metric.Kind == _kind ? metric : null);

    /// <summary>The snapshot as it is stored: with the interval that was in force when it was read, and without texts of statements where
    /// they are not wanted.</summary>
    public Snapshot ToStore(Snapshot snapshot) =>
        (_storesTexts ? snapshot : StatementTexts.TakeOut(snapshot)) with
        {
            Interval = Metrics.GetValueOrDefault(snapshot.Metric)?.Interval,
        };

    /// <summary>
    /// The metrics that globs choose; all of the plan without globs. A glob chooses among the plan first; one that matches nothing there,
    /// such as the name of a metric outside the preset, chooses among the whole catalog.
    /// </summary>
    /// <param name="globs">Names and globs.</param>
    /// <param name="unknown">Takes the globs that match no metric of the catalog.</param>
    public IReadOnlyList<string> Choose(IReadOnlyList<string> globs, Action<string> unknown)
    {
        if (globs.Count == 0)
        {
            return [.. Metrics.Keys.Order(StringComparer.Ordinal)];
        }

        var chosen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var glob in globs)
        {
            var matches = Matching(glob, Metrics.Keys);
            if (matches.Count == 0)
            {
                matches = Matching(glob, _catalog.Metrics.Where(metric => metric.Kind == _kind).Select(metric => metric.Name));
            }

            if (matches.Count == 0)
            {
                unknown(glob);
            }

            chosen.UnionWith(matches);
        }

        return [.. chosen];
    }

    /// <summary>How often a metric is read where the target says nothing: as its file says, in proportion to
    /// <see cref="CollectionOptions.Interval"/>.</summary>
    public static TimeSpan DefaultInterval(MetricDefinition metric, CollectionOptions options) =>
        NotTooShort(metric.Every.Value * (options.Interval.Value / Standard));

    private static List<string> Matching(string glob, IEnumerable<string> names) =>
        [.. names.Where(name => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false))];

    // The settings were checked when they were read.
    private static MetricPreset PresetOf(Target target) => Enum.Parse<MetricPreset>(target.Preset, ignoreCase: true);

    private static TimeSpan IntervalOf(MetricDefinition metric, Target target, CollectionOptions options) =>
        target.IntervalOf(metric.Name) is { } interval ? NotTooShort(interval.Value) : DefaultInterval(metric, options);

    private static TimeSpan NotTooShort(TimeSpan interval) => interval < Shortest ? Shortest : interval;
}
