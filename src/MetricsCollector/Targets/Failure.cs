using System.Net.Sockets;
using System.Text.RegularExpressions;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>Says in one sentence why a server did not answer, without secrets.</summary>
public static partial class Failure
{
    /// <summary>Why connecting failed or a connection was cut.</summary>
    public static string Describe(Exception exception, Target target) => exception switch
    {
        PostgresException { MessageText: var text, SqlState: var state } => $"{target.Address} answered: {text} ({state})",
        OperationCanceledException or TimeoutException => $"{target.Address} did not answer in time",
        { InnerException: OperationCanceledException or TimeoutException } => $"{target.Address} did not answer in time",
        { InnerException: SocketException socket } => $"{target.Address}: {socket.Message}",
        { InnerException: IOException } => $"{target.Address} closed the connection",
        _ => $"{target.Address}: {exception.Message}",
    };

    /// <summary>The outcome of a metric whose statement the server refused.</summary>
    public static Outcome OutcomeOf(PostgresException exception, ServerFacts facts) => exception.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            Outcome.Skipped($"{exception.MessageText}; run: {Grant(exception.MessageText, facts)}", exception.SqlState),
        PostgresErrorCodes.QueryCanceled => Outcome.Failed("took longer than Collection:Timeout and was cancelled", exception.SqlState),
        PostgresErrorCodes.LockNotAvailable => Outcome.Failed("waited for a lock longer than Collection:LockTimeout and gave up", exception.SqlState),
        _ => Outcome.Failed(exception.MessageText, exception.SqlState),
    };

    /// <summary>Whether the server is going away, so that the rest of a pass need not be tried.</summary>
    public static bool EndsSession(PostgresException exception) =>
        exception.SqlState.StartsWith("08", StringComparison.Ordinal)
        || exception.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
        || exception.Severity is "FATAL" or "PANIC";

    /// <summary>The GRANT that gives a role the rights of another.</summary>
    public static string GrantOfRole(string role, ServerFacts facts) => $"GRANT {role} TO {Quote(facts.RoleName)}";

    // PostgreSQL's message names the object; where it speaks another language, the role is still right.
    private static string Grant(string message, ServerFacts facts)
    {
        if (!facts.PredefinedRoles.Contains("pg_monitor"))
        {
            return GrantOfRole("pg_monitor", facts);
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
