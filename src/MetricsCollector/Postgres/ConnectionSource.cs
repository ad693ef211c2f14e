using System.Collections;

namespace MetricsCollector.Postgres;

/// <summary>What a connection string may draw on besides itself.</summary>
/// <param name="Environment">libpq's variables; null where they do not count.</param>
/// <param name="Files">Whether it may name files, such as certificates.</param>
public sealed record ConnectionSource(IReadOnlyDictionary<string, string>? Environment, bool Files)
{
    /// <summary>A target that was named over the API: it has what came with it, and nothing of this machine.</summary>
    public static ConnectionSource Api { get; } = new(null, Files: false);

    /// <summary>The settings of this process: libpq's variables and files count, as for psql.</summary>
    public static ConnectionSource Settings => new(Variables(), Files: true);

    /// <summary>
    /// Whether nothing of this machine may be used that the connection string does not name: variables, passfile, certificates.
    /// </summary>
    public bool IsIsolated => Environment is null;

    /// <summary>A variable that is set.</summary>
    public string? Variable(string name) => Environment?.GetValueOrDefault(name);

    private static Dictionary<string, string> Variables() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);
}
