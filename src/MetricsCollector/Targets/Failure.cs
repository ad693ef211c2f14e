using System.Net.Sockets;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>Says in one sentence why a server did not answer, without secrets.</summary>
public static class Failure
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
            Outcome.Skipped($"{exception.MessageText}; run: {Remedy(facts)}", exception.SqlState),
        PostgresErrorCodes.QueryCanceled => Outcome.Failed("took longer than Collection:Timeout and was cancelled", exception.SqlState),
        PostgresErrorCodes.LockNotAvailable => Outcome.Failed("waited for a lock longer than Collection:LockTimeout and gave up", exception.SqlState),
        _ => Outcome.Failed(exception.MessageText, exception.SqlState),
    };

    /// <summary>Whether the server is going away, so that the rest of a pass need not be tried.</summary>
    public static bool EndsSession(PostgresException exception) =>
        exception.SqlState.StartsWith("08", StringComparison.Ordinal)
        || exception.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
        || exception.Severity is "FATAL" or "PANIC";

    private static string Remedy(ServerFacts facts)
    {
        var role = '"' + facts.RoleName.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        return facts.HasPgMonitor ? $"GRANT EXECUTE or SELECT on it TO {role}" : $"GRANT pg_monitor TO {role}";
    }
}
