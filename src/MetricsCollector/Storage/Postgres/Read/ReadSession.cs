using Dapper;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>
/// A connection for one question, with a transaction around it. Just-in-time compilation is off there: a plan over hundreds of
/// partitions looks dear to PostgreSQL, and compiling it was measured to take seconds where running it takes milliseconds.
/// </summary>
internal sealed class ReadSession : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;

    private ReadSession(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        Connection = connection;
        _transaction = transaction;
    }

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Opens one.</summary>
    public static async Task<ReadSession> OpenAsync(NpgsqlDataSource store, CancellationToken cancellationToken)
    {
        var session = await BeginAsync(store, cancellationToken);
        try
        {
            await session.Connection.ExecuteAsync(
                new CommandDefinition(StoreSql.Get("read_settings"), cancellationToken: cancellationToken));
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens one for whoever sends <c>read_settings.sql</c> along with the first question, to save a round trip.</summary>
    public static async Task<ReadSession> BeginAsync(NpgsqlDataSource store, CancellationToken cancellationToken)
    {
        var connection = await store.OpenConnectionAsync(cancellationToken);
        try
        {
            return new ReadSession(connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
