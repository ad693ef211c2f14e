using MetricsCollector.Postgres;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>Says in one sentence why a server did not answer, without secrets.</summary>
public static class Failure
{
    /// <summary>How the reason ends when nothing came.</summary>
    public const string Late = ConnectionFailure.Late;

    /// <summary>Why connecting failed or a connection was cut.</summary>
    public static string Describe(Exception exception, Target target) => ConnectionFailure.Describe(exception, target.Server);

    /// <summary>
    /// Whether the session ended, so that the rest of a collection need not be tried on it. Only the severity says so: an ordinary error
    /// may carry any code, such as that of a foreign server which a statement reads.
    /// </summary>
    public static bool EndsSession(PostgresException exception) =>
        exception.InvariantSeverity is "FATAL" or "PANIC" || exception.Severity is "FATAL" or "PANIC";
}
