using Npgsql;

namespace MetricsCollector.Targets;

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

    private Exception Explained(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        _ when cancellationToken.IsCancellationRequested =>
            new OperationCanceledException("The server did not answer in time.", exception, cancellationToken),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName }
            when database?.Contains(@"\x", StringComparison.Ordinal) == true =>
            ServerMessage.Refusal(
                PostgresErrorCodes.InvalidCatalogName,
                $"the name of database {database} is not UTF-8, and connections by such a name cannot be made; "
                + "give it another with ALTER DATABASE ... RENAME TO"),
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
            case NoSuitableServerException:
                _lostToStatement = true;
                return (exception, Retry.Elsewhere);
            case PostgresException refused when prepared > 0 && IsOpen && IsOfTheStatement(refused):
                // As text it works, or fails with the message that its reader can use.
                _prepared.Forget();
                return (ServerMessage.Of(refused), Retry.AsText);
            case PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter }
                when IsOpen && ServerEncoding is not ("UTF8" or SqlAscii) && _raw.Add(sql):
                return (exception, Retry.Raw);
            case PostgresException
            {
                SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
            } relayed
                when number > 0 && !Failure.EndsSession(relayed):
                // Npgsql hangs up at these codes, although an ordinary error may carry them, from a foreign server for instance.
                _lostToStatement = true;
                return (ServerMessage.Of(relayed), Retry.Never);
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

    private static bool IsOfTheStatement(PostgresException exception) =>
        !Failure.EndsSession(exception)
        && exception.SqlState is not (PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable);

    private sealed class UnusableStatementException : Exception;

    private sealed class NoSuitableServerException(string message) : NpgsqlException(message);
}
