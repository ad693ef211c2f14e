namespace MetricsCollector.Catalog.Files.Sql;

/// <summary>
/// Cuts a statement into parts by the rules of PostgreSQL's own lexer (<c>scan.l</c>), with <c>standard_conforming_strings</c> on:
/// nested comments, dollar quotes, <c>E''</c> with its backslashes, strings that go on in the next line.
/// </summary>
internal static class SqlLexer
{
    /// <summary>The parts, in order, without a gap between them.</summary>
    public static IEnumerable<SqlPart> Parts(string sql)
    {
        for (var start = 0; start < sql.Length;)
        {
            var part = PartAt(sql, start);
            yield return part;
            start = part.End;
        }
    }

    private static SqlPart PartAt(string sql, int start)
    {
        var first = sql[start];
        return first switch
        {
            '\'' => Quoted(start, EndOfString(sql, start, backslashes: false)),
            '"' => Quoted(start, EndOfQuotes(sql, start, '"', backslashes: false)),
            '-' when Follows(sql, start, "--") => new SqlPart(SqlPartKind.Comment, start, EndOfLine(sql, start)),
            '/' when Follows(sql, start, "/*") => EndOfComment(sql, start) is var end and >= 0
                ? new SqlPart(SqlPartKind.Comment, start, end)
                : new SqlPart(SqlPartKind.Unterminated, start, sql.Length),
            '$' when TagAt(sql, start) is { } tag => Quoted(start, EndOfDollarQuote(sql, start, tag)),
            'E' or 'e' when Follows(sql, start + 1, "'") => Quoted(start, EndOfString(sql, start + 1, backslashes: true)),
            _ when IsWordStart(first) => new SqlPart(SqlPartKind.Word, start, EndOfWord(sql, start)),
            _ when char.IsWhiteSpace(first) => new SqlPart(SqlPartKind.Space, start, start + 1),
            _ => new SqlPart(SqlPartKind.Other, start, start + 1),
        };

        SqlPart Quoted(int from, int end) => end < 0
            ? new SqlPart(SqlPartKind.Unterminated, from, sql.Length)
            : new SqlPart(SqlPartKind.Quoted, from, end);
    }

    // Two strings with nothing but white space that holds a line break between them are one, by the rules of the first.
    private static int EndOfString(string sql, int start, bool backslashes)
    {
        var end = EndOfQuotes(sql, start, '\'', backslashes);
        while (end >= 0 && NextPiece(sql, end) is { } next)
        {
            end = EndOfQuotes(sql, next, '\'', backslashes);
        }

        return end;
    }

    private static int? NextPiece(string sql, int end)
    {
        var broken = false;
        var i = end;
        while (i < sql.Length)
        {
            if (char.IsWhiteSpace(sql[i]))
            {
                broken |= sql[i] is '\n' or '\r';
                i++;
            }
            else if (broken && Follows(sql, i, "--"))
            {
                i = EndOfLine(sql, i);
            }
            else
            {
                break;
            }
        }

        return broken && i < sql.Length && sql[i] == '\'' ? i : null;
    }

    private static int EndOfQuotes(string sql, int start, char quote, bool backslashes)
    {
        for (var i = start + 1; i < sql.Length; i++)
        {
            if (backslashes && sql[i] == '\\')
            {
                i++;
            }
            else if (sql[i] == quote && !(i + 1 < sql.Length && sql[i + 1] == quote))
            {
                return i + 1;
            }
            else if (sql[i] == quote)
            {
                i++;
            }
        }

        return -1;
    }

    private static int EndOfComment(string sql, int start)
    {
        var depth = 0;
        for (var i = start; i < sql.Length - 1; i++)
        {
            if (Follows(sql, i, "/*"))
            {
                depth++;
                i++;
            }
            else if (Follows(sql, i, "*/"))
            {
                i++;
                if (--depth == 0)
                {
                    return i + 1;
                }
            }
        }

        return -1;
    }

    private static int EndOfLine(string sql, int start)
    {
        var end = sql.AsSpan(start).IndexOfAny('\n', '\r');
        return end < 0 ? sql.Length : start + end;
    }

    private static string? TagAt(string sql, int start)
    {
        var end = start + 1;
        while (end < sql.Length && (end == start + 1 ? IsWordStart(sql[end]) : IsWordStart(sql[end]) || char.IsAsciiDigit(sql[end])))
        {
            end++;
        }

        return end < sql.Length && sql[end] == '$' ? sql[start..(end + 1)] : null;
    }

    private static int EndOfDollarQuote(string sql, int start, string tag)
    {
        var close = sql.IndexOf(tag, start + tag.Length, StringComparison.Ordinal);
        return close < 0 ? -1 : close + tag.Length;
    }

    // A dollar sign within a name begins no quote.
    private static int EndOfWord(string sql, int start)
    {
        var end = start + 1;
        while (end < sql.Length && (IsWordStart(sql[end]) || char.IsAsciiDigit(sql[end]) || sql[end] == '$'))
        {
            end++;
        }

        return end;
    }

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_' || c > '\x7f';

    private static bool Follows(string sql, int start, string text) => string.CompareOrdinal(sql, start, text, 0, text.Length) == 0;
}
