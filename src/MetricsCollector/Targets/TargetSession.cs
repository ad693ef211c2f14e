using System.Globalization;
using System.Reflection;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>
/// The one connection to a target, kept open between passes. Everything runs in one read-only transaction per round trip
/// whose limits are set inside it, so that they hold on the server side and behind PgBouncer in transaction mode too.
/// Not for use by two callers at once.
/// </summary>
/// <param name="target">The server.</param>
/// <param name="limits">What the session may cost it.</param>
public sealed class TargetSession(Target target, SessionLimits limits) : IAsyncDisposable
{
    private const string Clock = "SELECT extract(epoch FROM clock_timestamp())::float8";
    private static readonly string FactsSql = ReadResource("Targets/server_facts.sql");

    private readonly NpgsqlDataSource _dataSource = CreateDataSource(target, limits);
    private NpgsqlConnection? _connection;

    /// <summary>What the server said of itself last; null before the first answer.</summary>
    public ServerFacts? Facts { get; private set; }

    /// <summary>Connects if need be, and then knows the server's facts anew.</summary>
    /// <returns>Whether a connection was made; false when the one at hand goes on.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is { FullState: System.Data.ConnectionState.Open })
        {
            return false;
        }

        await CloseAsync();
        _connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var asked = await AskAsync([], static (_, _, _) => Task.CompletedTask, cancellationToken);
        return asked.Failure is null ? true : throw asked.Failure;
    }

    /// <summary>
    /// Sends statements in one round trip, and refreshes <see cref="Facts"/> with them. Without barriers between them the server
    /// skips what follows a failure, so nothing runs twice when the caller sends the rest again.
    /// </summary>
    /// <param name="statements">Reading statements; each sees its own snapshot of the data.</param>
    /// <param name="read">Reads the answer of statement number n; what it throws other than the connection's failures ends the session.</param>
    /// <param name="cancellationToken">Ends the wait and cancels on the server.</param>
    public async Task<Asked> AskAsync(
        IReadOnlyList<string> statements, Func<int, NpgsqlDataReader, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var durations = new List<TimeSpan>(statements.Count);
        await using var batch = CreateBatch(statements);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            Facts = await ServerFacts.ReadAsync(reader, cancellationToken);
            var before = await ReadClockAsync(reader, cancellationToken);
            for (var i = 0; i < statements.Count; i++)
            {
                await reader.NextResultAsync(cancellationToken);
                await read(i, reader, cancellationToken);
                var after = await ReadClockAsync(reader, cancellationToken);
                durations.Add(TimeSpan.FromSeconds(Math.Max(0, after - before)));
                before = after;
            }

            return new Asked(durations.Count, durations, null);
        }
        catch (PostgresException exception)
        {
            return new Asked(durations.Count, durations, exception);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or OperationCanceledException or TimeoutException)
        {
            // After a cut or a cancelled wait nobody knows what the connection still carries.
            await CloseAsync();
            return new Asked(durations.Count, durations, exception);
        }
    }

    /// <summary>Closes the connection; the next <see cref="OpenAsync"/> makes a new one.</summary>
    public async Task CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _dataSource.DisposeAsync();
    }

    private static NpgsqlDataSource CreateDataSource(Target target, SessionLimits limits)
    {
        var settings = new NpgsqlConnectionStringBuilder(target.Connection.ConnectionString)
        {
            ApplicationName = "metrics-collector",
            Pooling = false,
            Enlist = false,
            Timeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds),
            CommandTimeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds) * 2,
            // How long a cancelled statement may take to say so before the connection is given up, in milliseconds.
            CancellationTimeout = 1000,
        };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        // The types of the statistics views are all built in; asking a server for its own types on every connect costs it more than a pass.
        builder.ConfigureTypeLoading(loading => loading.EnableTypeLoading(false));
        return builder.Build();
    }

    private NpgsqlBatch CreateBatch(IReadOnlyList<string> statements)
    {
        var batch = new NpgsqlBatch(_connection ?? throw new InvalidOperationException("OpenAsync comes first."));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Guard()));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(FactsSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Clock));
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Clock));
        }

        return batch;
    }

    // set_config(..., true) is SET LOCAL: it ends with the transaction, wherever a pooler sends the next one.
    // Only pg_catalog and the schemas of extensions are searched, so that nobody's function of the same name runs with our rights.
    private string Guard()
    {
        IEnumerable<string> schemas = Facts is null ? [] : Facts.Extensions.Values.Select(extension => extension.Schema).Distinct().Order(StringComparer.Ordinal);
        var path = string.Join(", ", schemas.Where(schema => schema != "pg_catalog").Prepend("pg_catalog").Select(Quote));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
             SELECT set_config('transaction_read_only', 'on', true),
               set_config('statement_timeout', '{(long)limits.Timeout.TotalMilliseconds}', true),
               set_config('lock_timeout', '{(long)limits.LockTimeout.TotalMilliseconds}', true),
               set_config('idle_in_transaction_session_timeout', '{(long)limits.Timeout.TotalMilliseconds}', true),
               set_config('search_path', '{path.Replace("'", "''", StringComparison.Ordinal)}', true)
             """);
    }

    private static string Quote(string identifier) => '"' + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private static async Task<double> ReadClockAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetDouble(0);
    }

    private static string ReadResource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
