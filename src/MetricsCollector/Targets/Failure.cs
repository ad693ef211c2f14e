using System.Net.Sockets;
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

    /// <summary>Whether the server is going away, so that the rest of a pass need not be tried.</summary>
    public static bool EndsSession(PostgresException exception) =>
        exception.SqlState.StartsWith("08", StringComparison.Ordinal)
        || exception.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
        || exception.Severity is "FATAL" or "PANIC";
}
