using System.Net.Sockets;
using MetricsCollector.Postgres;
using Npgsql;

namespace MetricsCollector.Storage.Shared;

/// <summary>Tells failures of the store from failures of the data, and says them without secrets.</summary>
internal static class StoreFailure
{
    /// <summary>
    /// What a failed write means: <see cref="SnapshotsRefusedException"/> when the store answered that the data is wrong, else
    /// <see cref="StoreUnavailableException"/>, after which the same data is worth another try.
    /// </summary>
    public static Exception OfWrite(Exception exception) => exception switch
    {
        StoreUnavailableException or SnapshotsRefusedException or OperationCanceledException => exception,
        _ when IsOfTheStore(exception) => new StoreUnavailableException(Describe(exception), exception),
        _ => new SnapshotsRefusedException(Describe(exception), exception),
    };

    /// <summary>Runs a part of a read or of upkeep; what the store is to blame for becomes
    /// <see cref="StoreUnavailableException"/>.</summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is not StoreUnavailableException && IsOfTheStore(exception))
        {
            throw new StoreUnavailableException(Describe(exception), exception);
        }
    }

    /// <summary>
    /// Whether the store is away, out of room, not ready or not what it should be. Everything but data that no store would take:
    /// cardinality (21), data exceptions (22), broken constraints (23), limits such as an index row too long (54).
    /// </summary>
    public static bool IsOfTheStore(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.CheckViolation } => true, // a partition vanished while it was written to
        PostgresException postgres => postgres.SqlState[..2] is not ("21" or "22" or "23" or "54"),
        NpgsqlException or StoreUnavailableException or SocketException or IOException or TimeoutException or ObjectDisposedException =>
            true,
        _ => false,
    };

    /// <summary>One line for people. PostgreSQL and Npgsql put no passwords into their messages.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        StoreUnavailableException or SnapshotsRefusedException or SchemaTooNewException => exception.Message,
        PostgresException postgres => $"{OneLine(postgres.MessageText)} (SQLSTATE {postgres.SqlState})",
        NpgsqlException when ConnectionFailure.InnerReason(exception) is { } reason => $"{exception.Message}: {reason}",
        { InnerException: PostgresException or SocketException or IOException or TimeoutException } =>
            $"{exception.Message}: {Describe(exception.InnerException)}",
        _ => exception.Message,
    };

    /// <summary>A message that libpq had a part in, such as one about a worker of Citus that does not answer, has several lines.</summary>
    public static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
