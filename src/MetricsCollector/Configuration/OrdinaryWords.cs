using MetricsCollector.Postgres;

namespace MetricsCollector.Configuration;

/// <summary>
/// Words that the program itself writes: taking them out of every text would hide nothing, and tell that one of them is a password.
/// </summary>
internal static class OrdinaryWords
{
    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        "postgres", "postgresql", "jdbc", "metrics", "metrics_collector", "metrics-collector", "collector", "password", "passwd", "secret",
        "localhost", "database", "username", "target", "targets", "store", "user", "admin", "root", "true", "false", "require", "prefer",
        "disable", "allow", "verify-ca", "verify-full", "VerifyCA", "VerifyFull", "public", "primary", "standby", "null", "none", "unknown",
    };

    /// <summary>Whether a text is one of them.</summary>
    public static bool Has(string text) => Others.Contains(text) || LibpqKeywords.Has(text.ToLowerInvariant());
}
