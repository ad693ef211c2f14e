using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>What becomes of a metric whose statement a server refuses.</summary>
public static class RefusedStatement
{
    /// <summary>The outcome of a metric whose statement the server refused.</summary>
    /// <param name="exception">The refusal.</param>
    /// <param name="remedy">For a missing privilege, the statements that give it; null when they are not known.</param>
    public static Outcome OutcomeOf(PostgresException exception, string? remedy = null) => exception.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            Outcome.Skipped(
                $"{exception.MessageText}; {(remedy is null ? "let its owner grant the privilege on it" : $"run: {remedy}")}",
                exception.SqlState),
        PostgresErrorCodes.QueryCanceled => Outcome.Failed("took longer than Collection:Timeout and was cancelled", exception.SqlState),
        PostgresErrorCodes.LockNotAvailable =>
            Outcome.Failed("waited for a lock longer than Collection:LockTimeout and gave up", exception.SqlState),
        _ => Outcome.Failed(exception.MessageText, exception.SqlState),
    };

    /// <summary>
    /// Whether the same statement may well be answered when it is sent once more: it looked at what went away at that moment.
    /// </summary>
    public static bool IsWorthAnotherTry(PostgresException exception) => exception.SqlState is
        PostgresErrorCodes.LockNotAvailable
        or PostgresErrorCodes.InvalidCatalogName
        or PostgresErrorCodes.UndefinedObject
        or PostgresErrorCodes.UndefinedFile
        or PostgresErrorCodes.InternalError;
}
