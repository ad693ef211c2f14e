using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>What becomes of a metric whose statement a server refuses.</summary>
public static class RefusedStatement
{
    /// <summary>The outcome of a metric whose statement the server refused.</summary>
    public static Outcome OutcomeOf(PostgresException exception, ServerFacts facts) => exception.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            Outcome.Skipped($"{exception.MessageText}; run: {Grants.Of(exception.MessageText, facts)}", exception.SqlState),
        PostgresErrorCodes.QueryCanceled => Outcome.Failed("took longer than Collection:Timeout and was cancelled", exception.SqlState),
        PostgresErrorCodes.LockNotAvailable =>
            Outcome.Failed("waited for a lock longer than Collection:LockTimeout and gave up", exception.SqlState),
        _ => Outcome.Failed(exception.MessageText, exception.SqlState),
    };
}
