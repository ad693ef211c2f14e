using System.Collections.Frozen;

namespace MetricsCollector.Storage.Shared;

/// <summary>Texts that were built into the program, such as the SQL of a store.</summary>
internal static class EmbeddedText
{
    private const string Suffix = ".sql";

    /// <summary>The SQL files whose resource names begin with a prefix, by what follows it without the suffix.</summary>
    public static FrozenDictionary<string, string> Sql(string prefix) => typeof(EmbeddedText).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[prefix.Length..^Suffix.Length], Read, StringComparer.Ordinal);

    /// <summary>The text of one resource.</summary>
    public static string Read(string resource)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program was built without '{resource}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
