using System.Text.RegularExpressions;
using MetricsCollector.Catalog.Definitions;

namespace MetricsCollector.Catalog.Files.Sql;

/// <summary>
/// A statement whose lines may end with the versions they are for: of the server, such as <c>-- 17+</c>, or of the extension that the
/// metric requires, such as <c>-- extension 1.13+</c>. A server that was upgraded keeps the version of the extension it had.
/// </summary>
internal static partial class MarkedStatement
{
    // Marks of versions before it are of servers that nobody watches.
    private const int OldestServer = 14;

    /// <summary>The lines without their marks, each with the versions it is for.</summary>
    public static List<SqlLine> LinesOf(string[] lines)
    {
        var text = string.Join('\n', lines);
        var comments = SqlLexer.Parts(text).Where(part => part.Kind == SqlPartKind.Comment).ToList();
        var sql = new List<SqlLine>();
        var start = 0;
        foreach (var line in lines)
        {
            var mark = VersionMark().Match(line);
            var at = start + mark.Index + mark.Value.IndexOf('-', StringComparison.Ordinal);
            var isMark = mark.Success && comments.Exists(comment => comment.Start <= at && at < comment.End);
            var extension = isMark && Version.TryParse(mark.Groups["extension"].Value, out var oldest) ? oldest : null;
            var range = isMark && extension is null
                ? VersionRange.TryParse(mark.Groups["range"].Value.Replace(" ", string.Empty, StringComparison.Ordinal))
                : null;
            sql.Add(range is null && extension is null
                ? new SqlLine(line, VersionRange.All)
                : new SqlLine(line[..mark.Index], range ?? VersionRange.All, extension));
            start += line.Length + 1;
        }

        return sql;
    }

    /// <summary>What is wrong with the statement of any version, and in which line; null when nothing is.</summary>
    public static (string Message, int Line)? Problem(List<SqlLine> sql, VersionRange range) =>
        Variants(sql, range).Select(major => ProblemOf(sql, major)).FirstOrDefault(wrong => wrong is not null);

    // The oldest version it is for, and those at which a mark begins or ends.
    private static IEnumerable<int> Variants(List<SqlLine> sql, VersionRange range)
    {
        var oldest = Math.Max(range.Min, Math.Min(OldestServer, range.Max ?? OldestServer));
        return sql.SelectMany(line => new[] { line.Versions.Min, (line.Versions.Max ?? 0) + 1 })
            .Where(major => major > oldest && range.Contains(major))
            .Prepend(oldest)
            .Distinct()
            .Order();
    }

    private static (string Message, int Line)? ProblemOf(List<SqlLine> sql, int major)
    {
        var numbered = sql.Select((line, i) => (line.Text, line.Versions, Number: i + 1))
            .Where(line => line.Versions.Contains(major))
            .ToList();
        return SqlText.Problem(string.Join('\n', numbered.Select(line => line.Text))) is var (message, line)
            ? (message, numbered.Count == 0 ? 1 : numbered[line - 1].Number)
            : null;
    }

    [GeneratedRegex(@"\s*--\s*((?<range>\d+(\+|\s*-\s*\d+)?)|extension (?<extension>\d+\.\d+)\+)\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex VersionMark();
}
