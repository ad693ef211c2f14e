using System.Text.RegularExpressions;

namespace MetricsCollector.Catalog;

/// <summary>What a metric file must know of SQL's lexical rules: where strings, quoted names and comments end.</summary>
internal static partial class SqlText
{
    [GeneratedRegex(@"\G(?<![A-Za-z0-9_])\$([A-Za-z_][A-Za-z0-9_]*)?\$")]
    private static partial Regex DollarQuote();

    /// <summary>The statement with comments blanked out, character for character.</summary>
    public static string WithoutComments(string sql) => Blank(sql, keepQuoted: true);

    /// <summary>Whether a semicolon stands between two statements.</summary>
    public static bool HasSeveralStatements(string sql)
    {
        var code = Blank(sql, keepQuoted: false).AsSpan().Trim();
        var semicolon = code.IndexOf(';');
        return semicolon >= 0 && !code[(semicolon + 1)..].Trim(" \t\r\n;").IsEmpty;
    }

    /// <summary>The lines without the semicolon that ends the statement and without empty lines around it.</summary>
    public static List<SqlLine> WithoutLastSemicolon(List<SqlLine> lines)
    {
        var kept = lines.SkipWhile(line => string.IsNullOrWhiteSpace(line.Text)).ToList();
        while (kept.Count > 0 && kept[^1].Text.TrimEnd(' ', '\t', ';') is var last && last.Length < kept[^1].Text.Length | last.Length == 0)
        {
            if (last.Length > 0)
            {
                kept[^1] = kept[^1] with { Text = last };
                break;
            }

            kept.RemoveAt(kept.Count - 1);
        }

        return kept;
    }

    private static string Blank(string sql, bool keepQuoted)
    {
        var text = sql.ToCharArray();
        for (var i = 0; i < text.Length;)
        {
            var end = EndOfPart(sql, i, out var quoted);
            if (end > i && !(quoted && keepQuoted))
            {
                for (var j = i; j < end; j++)
                {
                    text[j] = text[j] == '\n' ? '\n' : ' ';
                }
            }

            i = Math.Max(end, i + 1);
        }

        return new string(text);
    }

    // The index behind the comment or quoted part that starts at i, or i when none starts there.
    private static int EndOfPart(string sql, int i, out bool quoted)
    {
        quoted = sql[i] is '\'' or '"';
        if (quoted)
        {
            var close = sql.IndexOf(sql[i], i + 1);
            return close < 0 ? sql.Length : close + 1;
        }

        if (sql[i] == '$' && DollarQuote().Match(sql, i) is { Success: true } tag)
        {
            quoted = true;
            var close = sql.IndexOf(tag.Value, i + tag.Length, StringComparison.Ordinal);
            return close < 0 ? sql.Length : close + tag.Length;
        }

        if (string.CompareOrdinal(sql, i, "--", 0, 2) == 0)
        {
            var newline = sql.IndexOf('\n', i);
            return newline < 0 ? sql.Length : newline;
        }

        if (string.CompareOrdinal(sql, i, "/*", 0, 2) == 0)
        {
            var close = sql.IndexOf("*/", i + 2, StringComparison.Ordinal);
            return close < 0 ? sql.Length : close + 2;
        }

        return i;
    }
}
