using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using MetricsCollector.Api.Json;

namespace MetricsCollector.Api.Formats;

/// <summary>Writes the lines of CSV and NDJSON; what the client does not take yet holds the writer up, so that nothing piles up.</summary>
internal sealed class LineWriter(PipeWriter body, JsonSerializerOptions json)
{
    private const int FlushAt = 32 * 1024;

    // The last four are the wide forms of the first, which East Asian versions of spreadsheets take for the same.
    private const string FormulaStarts = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    private bool _started;

    /// <summary>Writes one item as a line of JSON.</summary>
    public void Json<T>(T item)
    {
        using (var writer = new Utf8JsonWriter(body, WireJson.Writing))
        {
            JsonSerializer.Serialize(writer, item, json);
        }

        body.Write("\n"u8);
    }

    /// <summary>
    /// Writes a text of a line of CSV; quoted where it must be. What a spreadsheet would take for a formula gets an apostrophe in front:
    /// names and statements come from watched servers, and nothing of them may be executed where somebody opens the file.
    /// </summary>
    public void Text(string? text)
    {
        Part();
        if (text is null)
        {
            return;
        }

        if (text.Length > 0 && FormulaStarts.Contains(text[0]))
        {
            text = "'" + text;
        }

        Raw(text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text);
    }

    /// <summary>Writes a number; nothing when there is none.</summary>
    public void Number(double? value)
    {
        Part();
        if (value is { } number && double.IsFinite(number))
        {
            body.Advance(Format(number, body.GetSpan(32)));
        }
    }

    /// <summary>Writes an instant.</summary>
    public void Time(DateTimeOffset at) => Text(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

    /// <summary>Ends a line of CSV.</summary>
    public void End()
    {
        body.Write("\r\n"u8);
        _started = false;
    }

    /// <summary>Sends what was written, once there is enough of it.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (body.UnflushedBytes >= FlushAt)
        {
            await body.FlushAsync(cancellationToken);
        }
    }

    private static int Format(double number, Span<byte> to) =>
        number.TryFormat(to, out var written, "R", CultureInfo.InvariantCulture) ? written : throw new InvalidOperationException("A number is longer than 32 characters.");

    private void Part()
    {
        if (_started)
        {
            body.Write(","u8);
        }

        _started = true;
    }

    private void Raw(string text) => body.Advance(Encoding.UTF8.GetBytes(text, body.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
