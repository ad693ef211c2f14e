using System.Text.RegularExpressions;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Sql;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>The SQL of a YAML file.</summary>
internal static partial class Statement
{
    /// <summary>The characters a metric's or a column's name may have.</summary>
    public const string NameForm = "letters, digits and underscores, a letter first";

    /// <summary>Whether a text can be the name of a metric or a column.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Whether nothing is asked: no text, comments only, or a lone semicolon.</summary>
    public static bool IsEmpty(string? sql) => sql is null || SqlText.WithoutComments(sql).AsSpan().Trim("; \t\r\n").IsEmpty;

    /// <summary>Whether it is a command of PgBouncer or Pgpool, which no PostgreSQL answers with rows of numbers.</summary>
    public static bool IsShow(string sql) => Show().IsMatch(SqlText.WithoutComments(sql));

    /// <summary>
    /// Refuses what is not one statement that reads; nothing, and the commands of PgBouncer and Pgpool, which are left out, are no error.
    /// </summary>
    public static void Check(YamlErrors errors, YamlNode node, string sql)
    {
        if (!IsEmpty(sql) && !IsShow(sql) && SqlText.Problem(sql) is var (message, line))
        {
            // Blocks begin in the line below their mark; only there do lines of the text follow those of the file.
            var offset = node is YamlScalarNode { Style: ScalarStyle.Literal } ? line : 0;
            errors.Add(node.Start.Line + offset, message);
        }
    }

    /// <summary>The statement line by line, for every version, without the semicolon and the comments at its end.</summary>
    public static IReadOnlyList<SqlLine> Lines(string sql)
    {
        var text = sql.ReplaceLineEndings("\n");
        var end = SqlText.WithoutComments(text).AsSpan().TrimEnd("; \t\n").Length;
        return [
            .. text[..end].Split('\n').SkipWhile(string.IsNullOrWhiteSpace).Select(line => new SqlLine(line.TrimEnd(), VersionRange.All))];
    }

    /// <summary>The first sentence of a description, on one line; null when there is none.</summary>
    public static string? FirstSentence(string? description)
    {
        var text = Blanks().Replace(description ?? string.Empty, " ").Trim();
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return text.Length == 0 ? null : end < 0 ? text : text[..(end + 1)];
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,62}\\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*SHOW\s", RegexOptions.IgnoreCase)]
    private static partial Regex Show();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
