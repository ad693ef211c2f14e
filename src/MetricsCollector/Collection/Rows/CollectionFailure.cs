using System.Net.Sockets;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using Npgsql;

namespace MetricsCollector.Collection.Rows;

/// <summary>What becomes of an exception while a target is collected from: a reason, whatever its type.</summary>
internal static class CollectionFailure
{
    /// <summary>Whether the connection or the wait failed, so that nothing more can be read from it.</summary>
    public static bool IsOfTheConnection(Exception exception) =>
        exception is NpgsqlException or IOException or SocketException
            or OperationCanceledException or TimeoutException or ObjectDisposedException;

    /// <summary>The outcome of what was asked when the connection failed.</summary>
    public static Outcome Of(Exception exception, Target target) =>
        Outcome.Failed(Failure.Describe(exception, target), (exception as PostgresException)?.SqlState);

    /// <summary>The outcome of what could not be asked because the connection failed at something else.</summary>
    public static Outcome NoTurn(Outcome failure) =>
        failure with { Reason = $"had no turn, the connection was cut before it ({failure.Reason}); it comes first next time" };
}
