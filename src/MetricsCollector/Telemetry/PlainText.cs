using System.Buffers;
using System.Globalization;
using System.Text;

namespace MetricsCollector.Telemetry;

/// <summary>
/// Makes text that others wrote harmless for a terminal: what would begin a line, move the cursor, colour, or turn the direction of
/// writing is shown as its number.
/// </summary>
internal static class PlainText
{
    // Line and paragraph separators, and what turns the direction; besides all control characters.
    private const string Others = "\u2028\u2029\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

    private static readonly SearchValues<char> Shown = SearchValues.Create(
        [.. Enumerable.Range(0, 0x100).Select(code => (char)code).Where(char.IsControl), .. Others]);

    private static readonly SearchValues<char> ShownInJson =
        SearchValues.Create([.. Enumerable.Range(0x7F, 0x21).Select(code => (char)code), .. Others]);

    /// <summary>A text as one line: <c>\n</c>, <c>\r</c>, <c>\t</c>, and <c>\u001B</c> for what has no name.</summary>
    public static string Line(string text) => Escape(text, Shown);

    /// <summary>A text of several lines, each as <see cref="Line"/> has it.</summary>
    public static string Lines(string text) => string.Join(Environment.NewLine, text.ReplaceLineEndings("\n").Split('\n').Select(Line));

    /// <summary>JSON that means the same; JSON itself has no control characters outside its strings but the end of the line.</summary>
    public static string Json(string json) => Escape(json, ShownInJson);

    private static string Escape(string text, SearchValues<char> shown)
    {
        if (!text.AsSpan().ContainsAny(shown))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = !shown.Contains(character) ? escaped.Append(character) : character switch
            {
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
            };
        }

        return escaped.ToString();
    }
}
