using System.Text;

namespace MetricsCollector.Postgres;

/// <summary>Reads libpq's <c>key=value key='other value'</c> as libpq does (<c>conninfo_parse</c>).</summary>
internal static class KeywordValueString
{
    /// <summary>Reads the text.</summary>
    /// <returns>Keywords and values in their order; null when the text is of another form.</returns>
    public static List<KeyValuePair<string, string>>? Read(string text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        var at = SkipBlanks(text, 0);
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && text[at] != '=' && !IsBlank(text[at]))
            {
                at++;
            }

            var keyword = text[start..at];
            at = SkipBlanks(text, at);
            if (keyword.Length == 0 || at == text.Length || text[at] != '=')
            {
                return null;
            }

            at = SkipBlanks(text, at + 1);
            if (Value(text, ref at) is not { } value)
            {
                return null;
            }

            pairs.Add(new(keyword, value));
            at = SkipBlanks(text, at);
        }

        return pairs.Count == 0 ? null : pairs;
    }

    private static string? Value(string text, ref int at)
    {
        var quoted = at < text.Length && text[at] == '\'';
        at += quoted ? 1 : 0;
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (quoted ? text[at] == '\'' : IsBlank(text[at]))
            {
                at++;
                return value.ToString();
            }

            // A backslash takes the next character as it is; a last one is dropped.
            if (text[at] != '\\')
            {
                value.Append(text[at]);
            }
            else if (++at < text.Length)
            {
                value.Append(text[at]);
            }
        }

        return quoted ? null : value.ToString();
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && IsBlank(text[at]))
        {
            at++;
        }

        return at;
    }

    // isspace() of the C locale.
    private static bool IsBlank(char character) => character is ' ' or (>= '\t' and <= '\r');
}
