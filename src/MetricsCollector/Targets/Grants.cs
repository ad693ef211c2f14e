using System.Text.RegularExpressions;

namespace MetricsCollector.Targets;

/// <summary>The statements that give a role what it lacks, ready to be pasted.</summary>
public static partial class Grants
{
    /// <summary>The GRANT that gives a role the rights of another.</summary>
    public static string OfRole(string role, ServerFacts facts) => $"GRANT {role} TO {Quote(facts.RoleName)}";

    // PostgreSQL's message names the object; where it speaks another language, the role is still right.
    internal static string Of(string message, ServerFacts facts)
    {
        if (!facts.PredefinedRoles.Contains("pg_monitor"))
        {
            return OfRole("pg_monitor", facts);
        }

        var match = PermissionDenied().Match(message);
        var name = match.Groups["name"].Value;
        return match.Groups["kind"].Value switch
        {
            "function" => $"GRANT EXECUTE ON FUNCTION {name} TO {Quote(facts.RoleName)}",
            "schema" => $"GRANT USAGE ON SCHEMA {name} TO {Quote(facts.RoleName)}",
            "database" => $"GRANT CONNECT ON DATABASE {name} TO {Quote(facts.RoleName)}",
            "sequence" => $"GRANT SELECT ON SEQUENCE {name} TO {Quote(facts.RoleName)}",
            "table" or "view" or "relation" => $"GRANT SELECT ON {name} TO {Quote(facts.RoleName)}",
            _ => $"GRANT the privilege on it TO {Quote(facts.RoleName)}",
        };
    }

    private static string Quote(string identifier) => '"' + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    [GeneratedRegex(@"permission denied for (?<kind>\w+) ""?(?<name>[^""]+)""?$")]
    private static partial Regex PermissionDenied();
}
