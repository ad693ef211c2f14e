using System.Text.RegularExpressions;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Collections;

/// <summary>
/// Names the schema of an extension in the statements that read it. The schema must not be on the search_path: it is often <c>public</c>,
/// where others may create functions and operators that fit a call better than those of <c>pg_catalog</c>, and these would run with the
/// collector's rights.
/// </summary>
internal static class ExtensionSchema
{
    /// <summary>
    /// The statement of a built-in file with the objects named in its <c>source</c> qualified; other statements as they are.
    /// </summary>
    public static string Qualify(string sql, MetricFile file, ServerFacts facts)
    {
        if (!file.BuiltIn
            || file.Requires is not { } required
            || file.Source is not { } source
            || !facts.Extensions.TryGetValue(required.Name, out var extension))
        {
            return sql;
        }

        var objects = string.Join(
            '|',
            source.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape));
        var schema = '"' + extension.Schema.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        return Regex.Replace(
            sql,
            $@"\b(FROM|JOIN) ({objects})\b",
            match => $"{match.Groups[1].Value} {schema}.{match.Groups[2].Value}",
            RegexOptions.NonBacktracking);
    }
}
