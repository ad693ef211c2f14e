using System.Collections.Frozen;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Delivery;

/// <summary>The SQL of the spool, kept in files named for what they do.</summary>
internal static class SpoolSql
{
    private static readonly FrozenDictionary<string, string> Texts = EmbeddedText.Sql("Spool/");

    /// <summary>The text of <c>Sql/{name}.sql</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public static string Get(string name) => Texts[name];
}
