using System.Text.RegularExpressions;

namespace MetricsCollector.Collection.Outcomes;

/// <summary>
/// Takes a column that a server lacks (an older extension, a fork) out of a statement, so that the metric loses a field and not its rows.
/// Metric files have one item of their select list per line: the line that the server complains of becomes <c>NULL</c> under its name.
/// </summary>
internal static partial class MissingColumn
{
    /// <summary>Rewrites a statement.</summary>
    /// <param name="sql">The statement that failed with undefined_column.</param>
    /// <param name="position">Where the server saw the error: characters from 1.</param>
    /// <param name="columns">The columns that may be taken out.</param>
    /// <returns>The statement without the column and the column's name; null when the line holds no such column.</returns>
    public static (string Sql, string Column)? Remove(string sql, int position, IReadOnlyCollection<string> columns)
    {
        if (position < 1 || position > sql.Length)
        {
            return null;
        }

        var start = sql.LastIndexOf('\n', position - 1) + 1;
        var end = sql.IndexOf('\n', position - 1);
        end = end < 0 ? sql.Length : end;
        var match = SelectItem().Match(sql[start..end]);
        var column = match.Groups["name"].Value;
        return match.Success && columns.Contains(column)
            ? (sql[..start] + $"  NULL::float8 AS {column}{match.Groups["comma"].Value}" + sql[end..], column)
            : null;
    }

    [GeneratedRegex(@"(?<name>[a-z_][a-z0-9_]*)\s*(?<comma>,?)\s*(--.*)?$", RegexOptions.NonBacktracking)]
    private static partial Regex SelectItem();
}
