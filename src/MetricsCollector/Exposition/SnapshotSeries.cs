using System.Globalization;
using System.Text;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Exposition;

/// <summary>Writes the rows of one snapshot as samples, family by family.</summary>
/// <param name="format">The format.</param>
/// <param name="timestamps">
/// Whether counters carry the time at which they were read, so that <c>rate()</c> divides by the right time. Gauges never do: Prometheus
/// ends a series
/// at once when it is gone from a scrape, but shows one with times for five minutes more.
/// </param>
/// <param name="clashes">Takes what two fields of the metric would both be called.</param>
internal sealed class SnapshotSeries(ExpositionFormat format, bool timestamps, NameClashes clashes)
{
    /// <summary>Writes a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="fields">The fields of its metric, with their names outside; in the order of its readings.</param>
    /// <param name="databases">The databases of the server.</param>
    /// <returns>Families with their lines, each family once, no series twice.</returns>
    public IReadOnlyList<(Family Family, byte[] Lines)> Write(
        Snapshot snapshot, IReadOnlyList<(Field Field, IReadOnlyList<ExporterName> Names)> fields, IReadOnlyList<string> databases)
    {
        var families = new Dictionary<string, (Family Family, string Field, StringBuilder Lines, HashSet<string> Seen)>(
            StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            foreach (var name in fields[i].Names)
            {
                foreach (var (family, labels, value) in Samples(snapshot, i, name).Concat(Zeros(snapshot, name, databases)))
                {
                    if (!families.TryGetValue(family, out var found))
                    {
                        found = (
                            new Family(family, TypeOf(name, family), fields[i].Field.Help, snapshot.Metric),
                            fields[i].Field.Name,
                            new StringBuilder(),
                            new HashSet<string>(StringComparer.Ordinal));
                        families.Add(family, found);
                    }

                    if (found.Seen.Add(labels))
                    {
                        found.Lines.Append(family).Append(labels).Append(' ').Append(Number(value));
                        if (timestamps && fields[i].Field.Kind == FieldKind.Counter)
                        {
                            found.Lines.Append(Time(snapshot.CollectedAt));
                        }

                        found.Lines.Append('\n');
                    }
                    else if (found.Field != fields[i].Field.Name)
                    {
                        clashes.Tell(family, $"field '{fields[i].Field.Name}' of metric '{snapshot.Metric}'", $"field '{found.Field}'");
                    }
                }
            }
        }

        return [.. families.Values.Select(family => (family.Family, Encoding.UTF8.GetBytes(family.Lines.ToString())))];
    }

    private static IEnumerable<(string Family, string Labels, double Value)> Samples(Snapshot snapshot, int field, ExporterName name)
    {
        var samples = snapshot.Rows
            .Where(row => field < row.Readings.Length && IsTold(name, row))
            .SelectMany(row => Samples(snapshot.Target, name, row, row.Readings[field] ?? name.IfNull));
        return name.Kept is null
            ? samples
            : samples.GroupBy(sample => (sample.Family, sample.Labels))
                .Select(
                    group => (group.Key.Family, group.Key.Labels, name.Max
                        ? group.Max(sample => sample.Value)
                        : group.Sum(sample => sample.Value)));
    }

    // Where nothing is, postgres_exporter says so for the values that it knows.
    private static IEnumerable<(string Family, string Labels, double Value)> Zeros(
        Snapshot snapshot, ExporterName name, IReadOnlyList<string> databases)
    {
        if (name.Zero is not var (label, values) || snapshot.Outcome.Status != OutcomeStatus.Ok)
        {
            yield break;
        }

        var there = snapshot.Rows.Where(row => IsTold(name, row))
            .Select(row => (row.Labels[MetricDefinition.DatabaseLabel], row.Labels[label])).ToHashSet();
        var empty = snapshot.Rows is [var any, ..]
            ? LabelSet.Of(any.Labels.Items.Select(one => KeyValuePair.Create(one.Key, string.Empty)))
            : LabelSet.Empty;
        foreach (var database in databases)
        {
            foreach (var value in values.Where(value => !there.Contains((database, value))))
            {
                var row = new SnapshotRow(empty.With(MetricDefinition.DatabaseLabel, database).With(label, value), []);
                yield return (name.Name, SeriesLabels.Of(snapshot.Target, name, row), 0);
            }
        }
    }

    private static bool IsTold(ExporterName name, SnapshotRow row) =>
        name.Needed.All(label => !string.IsNullOrEmpty(row.Labels[label]))
            && (name.Without is not var (without, value) || row.Labels[without] != value);

    private static IEnumerable<(string Family, string Labels, double Value)> Samples(
        string target, ExporterName name, SnapshotRow row, double? reading)
    {
        if (reading is not { } value)
        {
            return [];
        }

        var family = FamilyOf(name, row);
        if (name.Each is var (label, values))
        {
            return values.Select(one => (family, SeriesLabels.Of(target, name, row, (label, one)), row.Labels[label] == one ? 1.0 : 0));
        }

        if (name.Codes is var (code, meanings))
        {
            return value >= 0
                && value < meanings.Count ? [(family, SeriesLabels.Of(target, name, row, (code, meanings[(int)value])), 1)] : [];
        }

        return [(family, SeriesLabels.Of(target, name, row), name.IsOne ? 1 : value * name.Scale / name.Divisor)];
    }

    private static string FamilyOf(ExporterName name, SnapshotRow row)
    {
        if (!name.HasPlaceholders)
        {
            return name.Name;
        }

        var text = name.Name;
        foreach (var (label, value) in row.Labels.Items)
        {
            text = text.Replace($"{{{label}}}", value, StringComparison.Ordinal);
        }

        var unit = row.Attributes?.GetValueOrDefault("unit") is "bytes" or "seconds" ? "_" + row.Attributes["unit"] : string.Empty;
        text = text.Replace("{unit}", unit, StringComparison.Ordinal);
        text = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));

        // No name may hold the word for a type it does not have: wal_summary_keep_time.
        return text.Replace("_summary_", "_summaries_", StringComparison.Ordinal);
    }

    // Only the parts of histograms and summaries end in _count: what else must be called so has no type.
    private static FamilyType TypeOf(ExporterName name, string family) =>
        name.Type == FamilyType.Gauge && family.EndsWith("_count", StringComparison.Ordinal) ? FamilyType.Untyped : name.Type;

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private string Time(DateTimeOffset at)
    {
        var milliseconds = at.ToUnixTimeMilliseconds();
        return format == ExpositionFormat.OpenMetrics
            ? string.Create(CultureInfo.InvariantCulture, $" {milliseconds / 1000}.{milliseconds % 1000:000}")
            : string.Create(CultureInfo.InvariantCulture, $" {milliseconds}");
    }
}
