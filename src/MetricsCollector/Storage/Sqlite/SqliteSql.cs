using System.Collections.Frozen;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Sqlite;

/// <summary>The SQL of the SQLite store, kept in files named for what they do.</summary>
internal static class SqliteSql
{
    private static readonly FrozenDictionary<string, string> Texts = EmbeddedText.Sql("Sqlite/");

    /// <summary>The text of <c>Sql/{name}.sql</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public static string Get(string name) => Texts[name];

    /// <summary>The steps of the schema, in order; the version of each is its place from 1.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
        [.. Texts
            .Where(text => text.Key.StartsWith("Migrations/", StringComparison.Ordinal))
            .OrderBy(text => text.Key, StringComparer.Ordinal)
            .Select(text => text.Value)];
}
