using System.Collections.Frozen;

namespace MetricsCollector.Storage.Postgres;

/// <summary>The SQL of the store, kept in files named for what they do.</summary>
internal static class StoreSql
{
    private const string Prefix = "Storage/";
    private const string Suffix = ".sql";

    private static readonly FrozenDictionary<string, string> Texts = typeof(StoreSql).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..^Suffix.Length], Read, StringComparer.Ordinal);

    /// <summary>The text of <c>Sql/{name}.sql</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public static string Get(string name) => Texts[name];

    /// <summary>The text of an embedded file.</summary>
    public static string Read(string resource)
    {
        using var stream = typeof(StoreSql).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program was built without '{resource}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
