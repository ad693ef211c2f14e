using System.Globalization;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>
/// Tells a database that can be the store from one that would lose data or leases: its encoding, and sessions that are its client's own.
/// </summary>
internal static class StoreRequirements
{
    /// <summary>The parameter in which PgBouncer reports its mode from version 1.26 on.</summary>
    private const string PoolModeParameter = "pgbouncer.pool_mode";

    /// <summary>
    /// How many other sessions are looked at behind a pooler. It usually hands out the server connection that was used last; where another
    /// client, such as a second check, holds that one meanwhile, the connection itself is answered by another session.
    /// </summary>
    private const int SessionsBehindPooler = 5;

    /// <summary>Checks the database of a data source. Changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">The database is not fit to be the store; the message says the remedy.</exception>
    /// <exception cref="NpgsqlException">It does not answer.</exception>
    public static async Task CheckAsync(NpgsqlDataSource store, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(() => store.OpenConnectionAsync(cancellationToken));
        await CheckEncodingAsync(connection, cancellationToken);

        // A pool of one connection has no other to compare with.
        if (new NpgsqlConnectionStringBuilder(store.ConnectionString).MaxPoolSize > SessionsBehindPooler)
        {
            await CheckSessionsAsync(connection, () => store.OpenConnectionAsync(cancellationToken), cancellationToken);
        }
    }

    /// <summary>
    /// Checks that no transaction of another client runs in the session of a connection, as behind a pooler in transaction mode.
    /// </summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="open">Opens another one to the same place.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">Sessions are shared; the message says the remedy.</exception>
    public static async Task CheckSessionsAsync(
        NpgsqlConnection connection, Func<ValueTask<NpgsqlConnection>> open, CancellationToken cancellationToken)
    {
        if (connection.PostgresParameters.TryGetValue(PoolModeParameter, out var mode) && mode != "session")
        {
            throw Shared();
        }

        var session = await BackendAsync(connection, cancellationToken);
        var others = session == connection.ProcessID ? 1 : SessionsBehindPooler;
        var opened = new List<NpgsqlConnection>(others);
        try
        {
            for (var i = 0; i < others; i++)
            {
                opened.Add(await open());
                await BeginAsync(opened[^1], cancellationToken);
                if (await BackendAsync(opened[^1], cancellationToken) == session
                    || await BackendAsync(connection, cancellationToken) != session)
                {
                    throw Shared();
                }
            }
        }
        finally
        {
            foreach (var other in opened)
            {
                await other.DisposeAsync();
            }
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(Func<ValueTask<NpgsqlConnection>> open)
    {
        try
        {
            return await open();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            // "conversion between UTF8 and SQL_ASCII is not supported": the session cannot even begin.
            throw WrongEncoding($"{StoreFailure.OneLine(exception.MessageText)}, SQLSTATE {exception.SqlState}", exception);
        }
    }

    // Names and texts of watched servers are in any script; an encoding without them would refuse whole collections, one at a time, for
    // good.
    private static async Task CheckEncodingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_catalog.current_setting('server_encoding')", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is string encoding and not "UTF8")
        {
            throw WrongEncoding($"it is {encoding}");
        }
    }

    private static async Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var begin = new NpgsqlCommand("BEGIN", connection);
            await begin.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            // "transaction blocks not allowed in statement pooling mode": the pooler's own answer.
            throw Shared(exception);
        }
    }

    private static async Task<int> BackendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_catalog.pg_backend_pid()", connection);
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static StoreUnavailableException WrongEncoding(string found, Exception? inner = null)
    {
        const string Remedy = "create one with createdb --encoding=UTF8 --template=template0, and name it in ConnectionStrings:Store.";
        return new StoreUnavailableException(
            $"The database of ConnectionStrings:Store must have the encoding UTF8 ({found}): {Remedy}", inner);
    }

    private static StoreUnavailableException Shared(Exception? inner = null) => new(
        "ConnectionStrings:Store leads to a connection pooler that runs each transaction in any session "
        + "(transaction or statement pooling), "
        + "and collectors share their targets by locks that belong to a session: "
        + "name the PostgreSQL server itself, or a pool in session mode.",
        inner);
}
