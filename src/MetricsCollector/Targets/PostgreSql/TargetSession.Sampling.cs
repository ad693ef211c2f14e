using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <content>One statement under the same guard, without the facts and clocks around it.</content>
public sealed partial class TargetSession
{
    /// <inheritdoc />
    public async Task<Exception?> SampleAsync(
        Statement statement, Func<IAnswer, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var connection = _connection ?? throw new InvalidOperationException("OpenAsync comes first.");
        _prepared.EvictIfFull();
        var opening = new Statement(_guard.Open(Major(), IsRaw(statement.Sql), locked: false));
        var (openingForm, form) = (CommandTextOf(opening), CommandTextOf(statement));
        await using var batch = new StatementBatch(connection, _prepared.MustDeallocate, openingForm, form);
        NpgsqlDataReader? reader = null;

        // Not given to Npgsql, which would wait for the server to answer its request to cancel.
        await using var cut = cancellationToken.Register(() => ConnectionSocket.Cut(connection));
        try
        {
            reader = await batch.ExecuteAsync();
            _prepared.Deallocated();
            await reader.NextResultAsync(CancellationToken.None);
            await read(new PostgresAnswer(reader), CancellationToken.None);
            await reader.DisposeAsync();
            _prepared.Answered(opening.Sql, openingForm);
            _prepared.Answered(statement.Sql, form);
            return null;
        }
        catch (Exception exception)
        {
            await EndAsync(reader);
            if (exception is PostgresException refused && IsOpen && !Failure.EndsSession(refused))
            {
                // A statement that is prepared may be refused as such.
                _prepared.Forget();
                return ServerMessage.Of(refused);
            }

            await CloseAsync();
            return Explained(exception, cancellationToken);
        }
    }
}
