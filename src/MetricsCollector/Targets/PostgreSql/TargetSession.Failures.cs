using MetricsCollector.Postgres;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <content>What becomes of a failure: whose it is, and whether the session goes on.</content>
public sealed partial class TargetSession
{
    private enum Retry
    {
        Never,
        AsText,
        Raw,
        Elsewhere,
    }

    // Npgsql tells only of the hosts that did not answer.
    private bool IsUnsuitable(Exception exception) =>
        target.Server.Hosts.Count > 1
        && exception is NpgsqlException { InnerException: null or AggregateException } and not PostgresException
        && target.Server.SessionAttributes is not (null or "any");

    private Exception Explained(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        _ when cancellationToken.IsCancellationRequested =>
            new OperationCanceledException("The server did not answer in time.", exception, cancellationToken),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName }
            when database?.Contains(@"\x", StringComparison.Ordinal) == true =>
            new DatabaseNameException(database),
        PostgresException refused => ServerMessage.Of(refused),
        NpgsqlException or OperationCanceledException or TimeoutException => exception,
        _ => new NpgsqlException(exception.Message, exception),
    };

    /// <summary>What a failure means.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="sql">The statement it came with.</param>
    /// <param name="number">Its number; 0 for the facts, without which the session is of no use.</param>
    /// <param name="prepared">The number under which it is prepared, when it was refused as such.</param>
    private (Exception Failure, Retry Retry) Judge(Exception exception, string sql, int number, int prepared)
    {
        switch (exception)
        {
            case UnsuitableServerException:
                _lostToStatement = true;
                return (exception, Retry.Elsewhere);
            case PostgresException refused when prepared > 0 && IsOpen && IsOfTheStatement(refused):
                // As text it works, or fails with the message that its reader can use.
                _prepared.Forget();
                return (ServerMessage.Of(refused), Retry.AsText);
            case PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter }
                when IsOpen && ServerEncoding is not ("UTF8" or SqlAscii) && _raw.Add(sql):
                return (exception, Retry.Raw);
            case PostgresException refused when number > 0 && IsOrdinary(refused):
                // Npgsql hangs up at some codes (53, 57P01 to 57P03, 58, F0, XX and 08P01), although an ordinary error may carry them.
                _lostToStatement = !IsOpen;
                return (ServerMessage.Of(refused), Retry.Never);
            case PostgresException refused:
                return (ServerMessage.Of(refused, fatal: !IsOpen || number == 0), Retry.Never);
            case UnusableStatementException or NotSupportedException when number > 0:
                // It may have opened a transaction or changed the session, or is still copying.
                _lostToStatement = true;
                return (
                    ServerMessage.Refusal(PostgresErrorCodes.FeatureNotSupported, "the statement gives no rows; write one SELECT"),
                    Retry.Never);
            case NpgsqlException or IOException or TimeoutException or OperationCanceledException:
                return (exception, Retry.Never);
            default:
                return IsOpen && number > 0
                    ? (ServerMessage.Refusal(
                        PostgresErrorCodes.DataException, $"the answer cannot be read: {exception.Message}"), Retry.Never)
                    : (new NpgsqlException(exception.Message, exception), Retry.Never);
        }
    }

    // Reads what is left of the answer, until the deadline cuts the connection.
    private static async Task EndAsync(NpgsqlDataReader? reader)
    {
        try
        {
            await (reader?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (Exception)
        {
            // The first failure tells more: this one is of what came behind it, or of a connection that is gone.
        }
    }

    // An error of PostgreSQL itself, which names the routine that raised it, ends nothing, whatever its code. A pooler names none; its
    // errors often end the connection, but those with the codes of a server that stops are passed on from a server.
    private static bool IsOrdinary(PostgresException exception) =>
        !Failure.EndsSession(exception)
        && (exception.Routine is not null
            || exception.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow);

    private static bool IsOfTheStatement(PostgresException exception) =>
        !Failure.EndsSession(exception)
        && exception.SqlState is not (PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable);

    private sealed class UnusableStatementException : Exception;
}
