using System.Runtime.CompilerServices;
using System.Text;
using MetricsCollector.Catalog;
using MetricsCollector.Collection;
using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Api.Prometheus;

/// <summary>Gives the newest snapshots to Prometheus: from memory, and what a snapshot says is written once for all who scrape.</summary>
internal sealed class Exposition(LatestSnapshots latest, TargetCollectors collectors, MetricCatalog catalog, ExporterNames names, OwnExposition own, TimeProvider time)
{
    // Prometheus looks back five minutes: a sample with the time of a rarer metric would come and go.
    private static readonly TimeSpan LongestWithTime = TimeSpan.FromMinutes(2);

    private readonly ConditionalWeakTable<Snapshot, IReadOnlyList<(Family Family, byte[] Lines)>>[] _written = [[], [], [], []];

    /// <summary>Writes what is fresh.</summary>
    /// <param name="target">Name of a target, or null for all.</param>
    /// <param name="format">The format.</param>
    /// <param name="timestamps">Whether samples of what is read often carry the time at which they were read.</param>
    /// <returns>Parts to send one after the other.</returns>
    public List<ReadOnlyMemory<byte>> Write(string? target, ExpositionFormat format, bool timestamps)
    {
        var families = new SortedDictionary<string, (Family Family, List<byte[]> Lines)>(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        foreach (var snapshot in latest.Find(new SeriesFilter(target)))
        {
            if (IntervalOf(snapshot) is not { } interval || now - snapshot.CollectedAt > interval * GapRule.Intervals)
            {
                continue;
            }

            foreach (var (family, lines) in LinesOf(snapshot, format, timestamps && interval <= LongestWithTime))
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
            }
        }

        var parts = new List<ReadOnlyMemory<byte>>();
        foreach (var (family, lines) in families.Values)
        {
            parts.Add(Head(family, format));
            parts.AddRange(lines.Select(one => new ReadOnlyMemory<byte>(one)));
        }

        if (target is null)
        {
            parts.Add(own.Write(format == ExpositionFormat.OpenMetrics));
        }

        if (format == ExpositionFormat.OpenMetrics)
        {
            parts.Add("# EOF\n"u8.ToArray());
        }

        return parts;
    }

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
        var help = open ? SnapshotSeries.Escaped(family.Help) : family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} {type}\n");
    }

    private TimeSpan? IntervalOf(Snapshot snapshot) =>
        collectors.Find(snapshot.Target)?.Plan.Metrics.GetValueOrDefault(snapshot.Metric)?.Interval;

    private IReadOnlyList<(Family Family, byte[] Lines)> LinesOf(Snapshot snapshot, ExpositionFormat format, bool timestamps)
    {
        var written = _written[((int)format * 2) + (timestamps ? 1 : 0)];
        if (written.TryGetValue(snapshot, out var lines))
        {
            return lines;
        }

        var major = collectors.Find(snapshot.Target)?.State.Facts?.Major ?? int.MaxValue;
        var metric = catalog.Find(snapshot.Metric);
        var fields = snapshot.Fields
            .Select(name => metric?.Fields.FirstOrDefault(field => field.Name == name) ?? new Field(name, FieldKind.Gauge, string.Empty, name))
            .Select(field => (field, names.Of(snapshot.Metric, field, major)))
            .ToList();
        lines = new SnapshotSeries(format, timestamps).Write(snapshot, fields);
        written.AddOrUpdate(snapshot, lines);
        return lines;
    }
}
