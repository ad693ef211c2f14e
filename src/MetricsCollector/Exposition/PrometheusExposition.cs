using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Exposition;

/// <summary>Gives the newest snapshots to Prometheus: from memory, and what a snapshot says is written once for all who scrape.</summary>
internal sealed class PrometheusExposition(
    LatestSnapshots latest, TargetCollectors collectors, CatalogSource catalog,
    ExporterNames names, OwnExposition ownExposition, NameClashes clashes, TimeProvider time)
{
    // Prometheus looks back five minutes: a sample with the time of a rarer metric would come and go.
    private static readonly TimeSpan LongestWithTime = TimeSpan.FromMinutes(2);

    // Snapshots that are equal are not the same: only the very same were written already.
    private static readonly EqualityComparer<(Snapshot Snapshot, bool Timed)> Same =
        EqualityComparer<(Snapshot Snapshot, bool Timed)>.Create(
            (one, other) => ReferenceEquals(one.Snapshot, other.Snapshot) && one.Timed == other.Timed);

    // At most four for each target and four for all of them; parts are shared with what is written below.
    private readonly ConcurrentDictionary<(string? Target, ExpositionFormat Format, bool Timestamps),
    (List<(Snapshot Snapshot, bool Timed)> Of, List<ReadOnlyMemory<byte>> Parts)> _answers = new();

    private readonly ConditionalWeakTable<Snapshot, IReadOnlyList<(Family Family, byte[] Lines)>>[] _written = [[], [], [], []];

    /// <summary>Writes what is fresh.</summary>
    /// <param name="target">Name of a target, or null for all.</param>
    /// <param name="format">The format.</param>
    /// <param name="timestamps">Whether samples of what is read often carry the time at which they were read.</param>
    /// <param name="own">Whether the collector's own series come too, or alone.</param>
    /// <returns>Parts to send one after the other.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> Write(string? target, ExpositionFormat format, bool timestamps, OwnSeries own)
    {
        List<ReadOnlyMemory<byte>> parts = own == OwnSeries.Only ? [] : [.. OfTargets(target, format, timestamps)];
        var open = format == ExpositionFormat.OpenMetrics;
        if (own != OwnSeries.Off)
        {
            parts.Add(ownExposition.Write(open));
        }

        if (open)
        {
            parts.Add("# EOF\n"u8.ToArray());
        }

        return parts;
    }

    private List<ReadOnlyMemory<byte>> OfTargets(string? target, ExpositionFormat format, bool timestamps)
    {
        var now = time.GetUtcNow();
        List<(Snapshot Snapshot, bool Timed)> fresh = [
            .. Fresh(target, now).Select(one => (one.Snapshot, timestamps && one.Interval <= LongestWithTime))];

        // Between two collections everybody gets the same of the targets; our own change with every answer.
        var key = (target, format, timestamps);
        if (!_answers.TryGetValue(key, out var answer) || !answer.Of.SequenceEqual(fresh, Same))
        {
            _answers[key] = answer = (fresh, Parts(fresh, format));
        }

        return answer.Parts;
    }

    private List<ReadOnlyMemory<byte>> Parts(List<(Snapshot Snapshot, bool Timed)> fresh, ExpositionFormat format)
    {
        var families = new SortedDictionary<string, (Family Family, List<byte[]> Lines)>(StringComparer.Ordinal);
        foreach (var (snapshot, timed) in fresh)
        {
            foreach (var (family, lines) in LinesOf(snapshot, format, timed))
            {
                if (!families.TryGetValue(family.Name, out var found))
                {
                    families.Add(family.Name, found = (family, []));
                }

                // Two metrics that lead to one name could give a series twice: the first keeps it.
                if (found.Family.Metric == family.Metric)
                {
                    found.Lines.Add(lines);
                }
                else
                {
                    clashes.Tell(family.Name, $"a field of metric '{family.Metric}'", $"a field of metric '{found.Family.Metric}'");
                }
            }
        }

        var parts = new List<ReadOnlyMemory<byte>>();
        foreach (var (family, lines) in families.Values)
        {
            parts.Add(Head(family, format));
            parts.AddRange(lines.Select(one => new ReadOnlyMemory<byte>(one)));
        }

        return parts;
    }

    private IEnumerable<(Snapshot Snapshot, TimeSpan Interval)> Fresh(string? target, DateTimeOffset now) =>
        from snapshot in latest.Find(new SeriesFilter(target))
        let interval = IntervalOf(snapshot)
        where interval is not null
            && (JudgedAt(snapshot, now) - snapshot.CollectedAt <= interval.Value * GapRule.Intervals || TellsOfDown(snapshot))
        select (snapshot, interval.Value);

    private static byte[] Head(Family family, ExpositionFormat format)
    {
        var open = format == ExpositionFormat.OpenMetrics;
        var name = open && family.Type == FamilyType.Counter ? family.Name[..^"_total".Length] : family.Name;
        var type = family.Type switch
        {
            FamilyType.Counter => "counter",
            FamilyType.Gauge => "gauge",
            _ => open ? "unknown" : "untyped",
        };
        var help = open
            ? SeriesLabels.Escaped(family.Help)
            : family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} {type}\n");
    }

    private DateTimeOffset JudgedAt(Snapshot snapshot, DateTimeOffset now) => collectors.Find(snapshot.Target)?.JudgedAt(now) ?? now;

    // An alert on pg_up == 0 must not be reset by a scrape between two attempts.
    private bool TellsOfDown(Snapshot snapshot) =>
        collectors.Find(snapshot.Target) is { State.Status: TargetStatus.Down } collector
        && collector.Plan.Metrics.GetValueOrDefault(snapshot.Metric)?.Definition.Files[^1].Unreachable is { } value
        && snapshot.Rows is [{ Readings: [{ } reading, ..] }]
        && reading.Equals(value);

    private TimeSpan? IntervalOf(Snapshot snapshot) =>
        collectors.Find(snapshot.Target)?.Plan.Metrics.GetValueOrDefault(snapshot.Metric)?.Interval;

    private IReadOnlyList<string> DatabasesOf(string target) =>
    [
        .. latest.Find(target, ResetRules.DatabaseMetric)?.Rows.Select(row => row.Labels[MetricDefinition.DatabaseLabel])
            .OfType<string>().Where(name => name.Length > 0) ?? [],
    ];

    private IReadOnlyList<(Family Family, byte[] Lines)> LinesOf(Snapshot snapshot, ExpositionFormat format, bool timestamps)
    {
        var written = _written[((int)format * 2) + (timestamps ? 1 : 0)];
        if (written.TryGetValue(snapshot, out var lines))
        {
            return lines;
        }

        var major = collectors.Find(snapshot.Target)?.State.Facts?.Major ?? int.MaxValue;
        var metric = catalog.Current.Find(snapshot.Metric);
        var fields = snapshot.Fields
            .Select(
                name => metric?.Fields.FirstOrDefault(field => field.Name == name) ?? new Field(name, FieldKind.Gauge, string.Empty, name))
            .Select(field => metric is null || metric.DeclaresUnits ? field : field with { Unit = string.Empty })
            .Select(field => (field, names.Of(snapshot.Metric, field, major)))
            .ToList();
        var databases = DatabasesOf(snapshot.Target);
        lines = new SnapshotSeries(format, timestamps, clashes).Write(snapshot, fields, databases);
        if (databases.Count > 0 || !fields.Exists(field => field.Item2.Any(name => name.Zero is not null)))
        {
            // Until the databases are known, zeros are missing.
            written.AddOrUpdate(snapshot, lines);
        }

        return lines;
    }
}
