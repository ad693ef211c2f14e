using System.Text;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Commands.Reports;

/// <summary>A table for a terminal: columns as wide as their widest cell, the last one as long as it is.</summary>
internal static class TextTable
{
    public static string Of(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> values)
    {
        var rows = values.Select(row => row.Select(PlainText.Line).ToList()).ToList();
        var widths = header.Select((title, i) => rows.Select(row => row[i].Length).Append(title.Length).Max()).ToList();
        var text = new StringBuilder();
        foreach (var row in rows.Prepend([.. header]))
        {
            text.AppendLine(string.Join("  ", row.Select((cell, i) => i == row.Count - 1 ? cell : cell.PadRight(widths[i]))).TrimEnd());
        }

        return text.ToString();
    }
}
