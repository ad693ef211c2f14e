using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Files.Sql;

/// <summary>What a metric file must know of its statement: what is a comment, and whether it is one statement that reads.</summary>
internal static class SqlText
{
    private const string Forms = "write one that reads: SELECT, WITH, VALUES or TABLE";

    private static readonly string[] Reading = ["SELECT", "WITH", "VALUES", "TABLE"];
    private static readonly string[] Changing = ["INSERT", "UPDATE", "DELETE", "MERGE"];

    /// <summary>The statement with comments blanked out, character for character.</summary>
    public static string WithoutComments(string sql)
    {
        var text = sql.ToCharArray();
        foreach (var comment in SqlLexer.Parts(sql).Where(part => part.Kind == SqlPartKind.Comment))
        {
            for (var i = comment.Start; i < comment.End; i++)
            {
                text[i] = text[i] == '\n' ? '\n' : ' ';
            }
        }

        return new string(text);
    }

    /// <summary>
    /// Why a text is not exactly one reading statement, with what to write, and the line of the text; null when it is one.
    /// </summary>
    public static (string Message, int Line)? Problem(string sql)
    {
        string? first = null;
        var ended = false;
        var depth = 0;
        var inside = 0;
        var after = false;
        var before = string.Empty;
        foreach (var part in SqlLexer.Parts(sql).Where(part => part.Kind is not (SqlPartKind.Space or SqlPartKind.Comment)))
        {
            var text = sql[part.Start..part.End];
            if (part.Kind == SqlPartKind.Unterminated)
            {
                return ($"{Opening(text)} begins here and does not end; close it", LineOf(sql, part.Start));
            }

            if (text == ";")
            {
                ended = first is not null;
                continue;
            }

            if (ended)
            {
                return ("several statements stand here; keep one, or write one metric for each", LineOf(sql, part.Start));
            }

            if (first is null && text != "(")
            {
                if (part.Kind != SqlPartKind.Word || !Is(text, Reading))
                {
                    return ($"the statement begins with '{Shown(text)}'; {Forms}", LineOf(sql, part.Start));
                }

                (first, inside) = (text, depth);
            }
            else if (!after && depth == inside && part.Kind == SqlPartKind.Word && Is(first ?? string.Empty, ["WITH"]))
            {
                // A name such as 'update' is one for a common table expression too; what changes data comes behind the last of them.
                if (before == ")" && Is(text, Changing))
                {
                    return ($"the statement changes data with '{Shown(text)}'; {Forms}", LineOf(sql, part.Start));
                }

                after = Is(text, Reading);
            }

            before = text;
            depth += text == "(" ? 1 : text == ")" ? -1 : 0;
        }

        return first is null ? ($"there is no statement; {Forms}", 1) : null;
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

    private static bool Is(string word, IEnumerable<string> keywords) => keywords.Contains(word, StringComparer.OrdinalIgnoreCase);

    private static string Opening(string text) => text[0] switch
    {
        '/' => "the comment that",
        '"' => "the quoted name that",
        _ => "the string that",
    };

    private static string Shown(string text) => Excerpt.Of(text, 32);

    private static int LineOf(string sql, int position) => sql.AsSpan(0, position).Count('\n') + 1;
}
