using MetricsCollector.Storage.Postgres;

namespace MetricsCollector.Storage.Sqlite;

/// <summary>The SQL of the SQLite store, kept in files named for what they do.</summary>
internal static class SqliteSql
{
    private const string Prefix = "Sqlite/";
    private const string Suffix = ".sql";

    private static readonly Dictionary<string, string> Texts = typeof(SqliteSql).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(name => name[Prefix.Length..^Suffix.Length], StoreSql.Read, StringComparer.Ordinal);

    /// <summary>The text of <c>Sql/{name}.sql</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public static string Get(string name) => Texts[name];

    /// <summary>The steps of the schema, in order; the version of each is its place from 1.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
        [.. Texts.Where(text => text.Key.StartsWith("Migrations/", StringComparison.Ordinal)).OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => text.Value)];
}
