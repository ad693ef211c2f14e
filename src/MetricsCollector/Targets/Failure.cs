using MetricsCollector.Postgres;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>Says in one sentence why a server did not answer, without secrets.</summary>
public static class Failure
{
    /// <summary>Why connecting failed or a connection was cut.</summary>
    public static string Describe(Exception exception, Target target) => ConnectionFailure.Describe(exception, target.Server);

    /// <summary>Whether the server is going away, so that the rest of a pass need not be tried.</summary>
    public static bool EndsSession(PostgresException exception) =>
        exception.SqlState.StartsWith("08", StringComparison.Ordinal)
        || exception.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
        || exception.Severity is "FATAL" or "PANIC";
}
