using System.Buffers;
using System.Globalization;
using System.Text;
using MetricsCollector.Api.Formats.Rows;

namespace MetricsCollector.Api.Formats.Csv;

/// <summary>Writes lines of CSV.</summary>
internal sealed class CsvWriter(IBufferWriter<byte> body)
{
    // The last four are the wide forms of the first, which East Asian versions of spreadsheets take for the same.
    private const string FormulaStarts = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    /// <summary>Writes a line.</summary>
    public void Line(params ReadOnlySpan<Cell> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                body.Write(","u8);
            }

            if (cells[i].Number is { } number)
            {
                Number(number);
            }
            else if (cells[i].Text is { } text)
            {
                Text(text);
            }
        }

        body.Write("\r\n"u8);
    }

    // What a spreadsheet would take for a formula gets an apostrophe in front: names and statements come from watched servers, and
    // nothing of them may be executed where somebody opens the file.
    private void Text(string text)
    {
        if (text.Length > 0 && FormulaStarts.Contains(text[0]))
        {
            text = "'" + text;
        }

        Encoding.UTF8.GetBytes(
            text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text, body);
    }

    private void Number(double number)
    {
        if (!number.TryFormat(body.GetSpan(32), out var written, "R", CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException("A number is longer than 32 characters.");
        }

        body.Advance(written);
    }
}
