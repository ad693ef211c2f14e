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
/// <param name="database">The database; null for the one that the target's connection string names.</param>
public sealed class TargetSession(Target target, SessionLimits limits, string? database = null) : IAsyncDisposable
{
    private const string Clock = "SELECT extract(epoch FROM clock_timestamp())::float8";
    private const string Backend = ", pg_backend_pid()";
    private const int BufferBytes = 4096;
    private const string ApplicationName = "metrics-collector";
    private const string RoleSearchPath = ", set_config('search_path', (SELECT reset_val FROM pg_settings WHERE name = 'search_path'), true)";
    private static readonly string FactsSql = ReadResource("Targets/server_facts.sql");

    private readonly NpgsqlDataSource _dataSource = CreateDataSource(target, limits, database);
    private readonly PreparedStatements _prepared = new(TimeProvider.System);
    private NpgsqlConnection? _connection;
    private bool _direct;

    /// <summary>What the server said of itself last; null before the first answer.</summary>
    public ServerFacts? Facts { get => _direct || field is null ? field : field with { Pooled = true }; private set; }

    /// <summary>Host and port that the last connection led to, one of several where the target names several; null before the first.</summary>
    public string? Server { get; private set; }

    /// <summary>Whether there is a connection.</summary>
    public bool IsOpen => _connection is { FullState: System.Data.ConnectionState.Open };

    /// <summary>Connects if need be, and then knows the server's facts anew.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="known">
    /// What another session of the same server knows: saves the round trip that asks. The extensions of this database are then known
    /// only after the first answer.
    /// </param>
    /// <returns>Whether a connection was made; false when the one at hand goes on.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken, ServerFacts? known = null)
    {
        if (IsOpen)
        {
            return false;
        }

        await CloseAsync();
        _connection = await PlainTypes.OpenAsync(_dataSource, cancellationToken);
        Server = string.Create(CultureInfo.InvariantCulture, $"{_connection.Host}:{_connection.Port}");
        _prepared.Clear();
        _direct = false;
        if (known is not null)
        {
            Facts = known with { Database = _connection.Database, Extensions = new Dictionary<string, InstalledExtension>() };
            return true;
        }

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
        IReadOnlyList<Statement> statements, Func<int, NpgsqlDataReader, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var asked = await SendAsync(statements, read, cancellationToken);
        if (!asked.Outdated)
        {
            return asked.Asked;
        }

        // As text it works, or fails with the message that its reader can use.
        var answered = asked.Asked.Answered;
        var rest = (await SendAsync([.. statements.Skip(answered)], (i, reader, token) => read(answered + i, reader, token), cancellationToken)).Asked;
        return new Asked(answered + rest.Answered, [.. asked.Asked.Durations, .. rest.Durations], rest.Failure);
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

    private static NpgsqlDataSource CreateDataSource(Target target, SessionLimits limits, string? database)
    {
        var settings = new NpgsqlConnectionStringBuilder(target.Connection.ConnectionString)
        {
            ApplicationName = ApplicationName,
            Pooling = false,
            Enlist = false,
            // Statements are prepared here, by PreparedStatements.
            MaxAutoPrepare = 0,
            // Kept while nothing is asked, and an answer is a few kilobytes: half the usual saves 8 kB for each target.
            ReadBufferSize = BufferBytes,
            WriteBufferSize = BufferBytes,
            Timeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds),
            CommandTimeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds) * 2,
            // How long a cancelled statement may take to say so before the connection is given up, in milliseconds.
            CancellationTimeout = 1000,
        };
        if (database is not null)
        {
            settings.Database = database;
        }

        // Its name is what the driver's traces and meters show.
        var builder = target.Server.SlimBuilder(settings, target.Name);
        builder.EnableNetworkTypes();
        builder.EnableJsonTypes();
        SharedConverters.AddTo(builder);

        // Asking a server for its own types on every connect costs it more than a pass; PlainTypes has those that are read.
        builder.ConfigureTypeLoading(loading => loading.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <returns>How far the server got, and whether it refused a statement because it was prepared, perhaps.</returns>
    private async Task<(Asked Asked, bool Outdated)> SendAsync(
        IReadOnlyList<Statement> statements, Func<int, NpgsqlDataReader, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var durations = new List<TimeSpan>(statements.Count);
        _prepared.Tidy();
        var facts = FormOf(new Statement(FactsSql));
        var forms = statements.Select(FormOf).ToArray();
        var next = facts;
        await using var batch = CreateBatch(statements, facts, forms);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            _prepared.Deallocated();
            await reader.NextResultAsync(cancellationToken);
            Facts = await ServerFacts.ReadAsync(reader, cancellationToken);
            _prepared.Answered(FactsSql, facts);
            var before = await ReadClockAsync(reader, cancellationToken);

            // A pooler answers for several servers' processes under a number of its own, and another session may get what we prepared.
            _direct = reader.GetInt32(1) == _connection!.ProcessID;
            for (var i = 0; i < statements.Count; i++)
            {
                next = forms[i];
                await reader.NextResultAsync(cancellationToken);
                next = default;
                await read(i, reader, cancellationToken);
                var after = await ReadClockAsync(reader, cancellationToken);
                _prepared.Answered(statements[i].Sql, forms[i]);
                durations.Add(TimeSpan.FromSeconds(Math.Max(0, after - before)));
                before = after;
            }

            return (new Asked(durations.Count, durations, null), false);
        }
        catch (PostgresException exception)
        {
            var outdated = next.Number > 0 && IsOfTheStatement(exception);
            if (outdated)
            {
                _prepared.Forget();
            }

            return (new Asked(durations.Count, durations, exception), outdated);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or OperationCanceledException or TimeoutException)
        {
            // After a cut or a cancelled wait nobody knows what the connection still carries.
            await CloseAsync();
            return (new Asked(durations.Count, durations, exception), false);
        }
        finally
        {
            // The connection remembers its last commands, and these their text as it was sent: 46 kB for each idle target.
            batch.BatchCommands.Clear();
        }
    }

    // What a role reads with its own search_path may be anything, also what cannot be prepared.
    private PreparedStatements.Form FormOf(Statement statement) =>
        _direct && !statement.RoleSearchPath ? _prepared.FormOf(statement.Sql) : new PreparedStatements.Form(null, statement.Sql, 0);

    private static bool IsOfTheStatement(PostgresException exception) =>
        !Failure.EndsSession(exception) && exception.SqlState is not (PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable);

    private NpgsqlBatch CreateBatch(IReadOnlyList<Statement> statements, PreparedStatements.Form facts, PreparedStatements.Form[] forms)
    {
        var batch = new NpgsqlBatch(_connection ?? throw new InvalidOperationException("OpenAsync comes first."));
        var path = SafeSearchPath();
        if (_prepared.MustDeallocate)
        {
            Add("DEALLOCATE ALL");
        }

        Add(Guard(path));
        AddForm(facts);
        var roleSearchPath = false;
        for (var i = 0; i < statements.Count; i++)
        {
            // The clock is read between statements anyway; where the search_path changes, the same statement changes it.
            var changes = statements[i].RoleSearchPath != roleSearchPath;
            roleSearchPath = statements[i].RoleSearchPath;
            Add(Clock + (i == 0 ? Backend : string.Empty) + (changes ? roleSearchPath ? RoleSearchPath : Setting("search_path", path) : string.Empty));
            AddForm(forms[i]);
        }

        Add(Clock + (statements.Count == 0 ? Backend : string.Empty));
        return batch;

        void AddForm(PreparedStatements.Form form)
        {
            if (form.Prepare is { } prepare)
            {
                Add(prepare);
            }

            Add(form.Execute);
        }

        void Add(string sql) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
    }

    // set_config(..., true) is SET LOCAL: it ends with the transaction, wherever a pooler sends the next one.
    private string Guard(string searchPath)
    {
        var timeout = ((long)limits.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        var lockTimeout = ((long)limits.LockTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return "SELECT 1"
            + Setting("transaction_read_only", "on")
            + Setting("statement_timeout", timeout)
            + Setting("lock_timeout", lockTimeout)
            + Setting("idle_in_transaction_session_timeout", timeout)
            + Setting("search_path", searchPath);
    }

    // Only pg_catalog and the schemas of extensions, so that nobody's function of the same name runs with our rights.
    private string SafeSearchPath()
    {
        IEnumerable<string> schemas = Facts is null ? [] : Facts.Extensions.Values.Select(extension => extension.Schema).Distinct().Order(StringComparer.Ordinal);
        return string.Join(", ", schemas.Where(schema => schema != "pg_catalog").Prepend("pg_catalog").Select(Quote));
    }

    private static string Setting(string name, string value) =>
        $", set_config('{name}', '{value.Replace("'", "''", StringComparison.Ordinal)}', true)";

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
