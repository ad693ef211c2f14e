using System.Globalization;
using System.Text;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Prometheus;

/// <summary>Writes the rows of one snapshot as samples, family by family.</summary>
/// <param name="format">The format.</param>
/// <param name="timestamps">Whether samples carry the time at which they were read.</param>
internal sealed class SnapshotSeries(ExpositionFormat format, bool timestamps)
{
    /// <summary>Writes a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="fields">The fields of its metric, with their names outside; in the order of its readings.</param>
    /// <returns>Families with their lines, each family once, no series twice.</returns>
    public IReadOnlyList<(Family Family, byte[] Lines)> Write(Snapshot snapshot, IReadOnlyList<(Field Field, IReadOnlyList<ExporterName> Names)> fields)
    {
        var families = new Dictionary<string, (Family Family, StringBuilder Lines, HashSet<string> Seen)>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            foreach (var name in fields[i].Names)
            {
                foreach (var (family, labels, value) in Samples(snapshot, i, name))
                {
                    if (!families.TryGetValue(family, out var found))
                    {
                        found = (new Family(family, TypeOf(name, family), fields[i].Field.Help, snapshot.Metric), new StringBuilder(), new HashSet<string>(StringComparer.Ordinal));
                        families.Add(family, found);
                    }

                    if (found.Seen.Add(labels))
                    {
                        found.Lines.Append(family).Append(labels).Append(' ').Append(Number(value)).Append(Time(snapshot.CollectedAt)).Append('\n');
                    }
                }
            }
        }

        return [.. families.Values.Select(family => (family.Family, Encoding.UTF8.GetBytes(family.Lines.ToString())))];
    }

    private static IEnumerable<(string Family, string Labels, double Value)> Samples(Snapshot snapshot, int field, ExporterName name)
    {
        var values = snapshot.Rows
            .Where(row => field < row.Readings.Length && row.Readings[field] is not null)
            .Select(row => (Family: FamilyOf(name, row), Labels: LabelsOf(snapshot.Target, name, row), Value: row.Readings[field]!.Value * name.Scale));
        return name.Kept is null
            ? values
            : values.GroupBy(value => (value.Family, value.Labels))
                .Select(group => (group.Key.Family, group.Key.Labels, name.Max ? group.Max(value => value.Value) : group.Sum(value => value.Value)));
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

    private static string LabelsOf(string target, ExporterName name, SnapshotRow row)
    {
        var text = new StringBuilder("{target=\"").Append(Escaped(target)).Append('"');
        foreach (var (label, value) in row.Labels.Items)
        {
            if ((name.Kept is not null && !name.Kept.Contains(label)) || (name.HasPlaceholders && name.Name.Contains($"{{{label}}}", StringComparison.Ordinal)))
            {
                continue;
            }

            var renamed = name.Renamed.GetValueOrDefault(label, label);
            text.Append(',').Append(renamed == "target" ? "exported_target" : renamed).Append("=\"")
                .Append(Escaped(label == name.Lower ? Lowered(value) : value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static string Lowered(string value) => string.Create(value.Length, value, static (to, from) => from.AsSpan().ToLowerInvariant(to));

    /// <summary>A text as both formats write it between quotes.</summary>
    public static string Escaped(string text) => text.AsSpan().ContainsAny('\\', '"', '\n')
        ? text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
        : text;

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private string Time(DateTimeOffset at)
    {
        if (!timestamps)
        {
            return string.Empty;
        }

        var milliseconds = at.ToUnixTimeMilliseconds();
        return format == ExpositionFormat.OpenMetrics
            ? string.Create(CultureInfo.InvariantCulture, $" {milliseconds / 1000}.{milliseconds % 1000:000}")
            : string.Create(CultureInfo.InvariantCulture, $" {milliseconds}");
    }
}
