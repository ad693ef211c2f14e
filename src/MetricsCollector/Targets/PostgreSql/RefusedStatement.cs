using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>What becomes of a metric whose statement a server refuses.</summary>
public static class RefusedStatement
{
    /// <summary>The outcome of a metric whose statement the server refused.</summary>
    /// <param name="exception">The refusal.</param>
    /// <param name="remedy">For a missing privilege, the statements that give it; null when they are not known.</param>
    /// <param name="timedOut">Whether the statement ran for as long as it may.</param>
    public static Outcome OutcomeOf(PostgresException exception, string? remedy = null, bool timedOut = false) => exception.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            Outcome.Skipped(
                $"{exception.MessageText}; {(remedy is null ? "let its owner grant the privilege on it" : $"run: {remedy}")}",
                exception.SqlState),
        PostgresErrorCodes.QueryCanceled => Outcome.Failed(
            IsOurTimeout(exception, timedOut)
                ? "took longer than Collection:Timeout and was cancelled"
                : $"was cancelled, but not by Collection:Timeout: {exception.MessageText}",
            exception.SqlState),
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

    // The same code stands for pg_cancel_backend() and others. A server that speaks English says which; another's time has to tell.
    private static bool IsOurTimeout(PostgresException exception, bool timedOut) =>
        timedOut
        && (exception.MessageText.Contains("statement timeout", StringComparison.Ordinal)
            || !exception.MessageText.StartsWith("canceling ", StringComparison.Ordinal));
}
