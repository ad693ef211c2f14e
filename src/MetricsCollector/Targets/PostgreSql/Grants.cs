namespace MetricsCollector.Targets.PostgreSql;

/// <summary>The statements that give a role what it lacks, ready to be pasted.</summary>
public static class Grants
{
    private const string Monitor = "pg_monitor";
    private static readonly HashSet<string> PartsOfMonitor =
        new(["pg_read_all_stats", "pg_read_all_settings", "pg_stat_scan_tables"], StringComparer.Ordinal);

    /// <summary>
    /// The GRANT that gives the rights of a predefined role; of <c>pg_monitor</c> as a whole where the role lacks that too.
    /// </summary>
    public static string OfRole(string role, ServerFacts facts)
    {
        var granted = PartsOfMonitor.Contains(role) && !facts.PredefinedRoles.Contains(Monitor) ? Monitor : role;
        return $"GRANT {granted} TO {Quote(facts.RoleName)}";
    }

    /// <summary>The GRANT that lets a role connect to a database.</summary>
    public static string Connect(string database, string role) => $"GRANT CONNECT ON DATABASE {Quote(database)} TO {Quote(role)}";

    /// <summary>The GRANT that makes a schema usable.</summary>
    public static string Usage(string schema, ServerFacts facts) => $"GRANT USAGE ON SCHEMA {Quote(schema)} TO {Quote(facts.RoleName)}";

    /// <summary>An identifier as it is written in a statement, whatever its letters.</summary>
    internal static string Quote(string identifier) => '"' + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    /// <summary>A text as it is written in a statement, whatever <c>standard_conforming_strings</c> says.</summary>
    internal static string Literal(string text) =>
        "E'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + '\'';
}
