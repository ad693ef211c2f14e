using System.Text;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Exposition;

/// <summary>Writes the labels of a sample: the target, the labels of its row that a name keeps, the attributes it adds.</summary>
internal static class SeriesLabels
{
    /// <summary>Writes the labels of a row, in braces.</summary>
    /// <param name="target">The target.</param>
    /// <param name="name">What the field is called.</param>
    /// <param name="row">The row.</param>
    /// <param name="more">A label that the row does not have, or has with another value.</param>
    public static string Of(string target, ExporterName name, SnapshotRow row, (string Name, string Value)? more = null)
    {
        var text = new StringBuilder("{target=\"").Append(Escaped(target)).Append('"');
        foreach (var (label, value) in row.Labels.Items)
        {
            if ((name.Kept?.Contains(label) ?? !IsInName(name, label)) && label != more?.Name)
            {
                Append(text, name, label, ValueOf(name, row, label, value));
            }
        }

        foreach (var attribute in name.With)
        {
            Append(text, name, attribute, row.Attributes?.GetValueOrDefault(attribute) ?? string.Empty);
        }

        if (more is var (added, its))
        {
            Append(text, name, added, its);
        }

        return text.Append('}').ToString();
    }

    /// <summary>A text as both formats write it between quotes.</summary>
    public static string Escaped(string text) => text.AsSpan().ContainsAny('\\', '"', '\n')
        ? text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        : text;

    private static bool IsInName(ExporterName name, string label) =>
        name.HasPlaceholders && name.Name.Contains($"{{{label}}}", StringComparison.Ordinal);

    private static string ValueOf(ExporterName name, SnapshotRow row, string label, string value) =>
        label == name.Lower ? Lowered(value)
        : value.Length == 0 && label == name.Or?.Label ? row.Labels[name.Or.Value.Other] ?? string.Empty
        : value;

    private static void Append(StringBuilder text, ExporterName name, string label, string value)
    {
        var renamed = name.Renamed.GetValueOrDefault(label, label);
        text.Append(',').Append(renamed == "target" ? "exported_target" : renamed).Append("=\"").Append(Escaped(value)).Append('"');
    }

    private static string Lowered(string value) =>
        string.Create(value.Length, value, static (to, from) => from.AsSpan().ToLowerInvariant(to));
}
