using System.Data;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using MetricsCollector.Postgres;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>
/// The one connection to a target, kept open between collections. Everything runs in one read-only transaction per round trip whose
/// settings are set inside it (<see cref="SessionGuard"/>), so that they hold on the server side and behind PgBouncer in transaction mode
/// too. Every wait ends when its token is cancelled, whatever the server sends. Not for use by two callers at once.
/// </summary>
/// <param name="target">The server.</param>
/// <param name="limits">What the session may cost it.</param>
/// <param name="database">The database; null for the one that the target's connection string names.</param>
/// <param name="sharedTables">Whether it shares Npgsql's tables with other sessions; null for the default.</param>
public sealed partial class TargetSession(Target target, SessionLimits limits, string? database = null, bool? sharedTables = null)
    : ITargetSession
{
    private const string SqlAscii = "SQL_ASCII";

    private static readonly string FactsSql = ReadResource("Targets/server_facts.sql");

    private readonly NpgsqlDataSource _dataSource = SessionDataSource.Create(
        target, limits, database, sharedTables ?? DriverTables.SharedByDefault);
    private readonly SessionGuard _guard = new(limits);
    private readonly PreparedStatements _prepared = new(TimeProvider.System);
    private readonly HashSet<string> _raw = new(StringComparer.Ordinal);
    private NpgsqlConnection? _connection;
    private Task _abandoned = Task.CompletedTask;
    private long _openedAt;
    private bool _direct;
    private bool _pooled;
    private bool _lostToStatement;
    private bool _locked;

    /// <summary>What the server said of itself last; null before the first answer.</summary>
    public ServerFacts? Facts { get => _pooled && field is not null ? field with { Pooled = true } : field; private set; }

    /// <summary>
    /// Host and port that the last connection led to, one of several where the target names several; null before the first.
    /// </summary>
    public string? Server { get; private set; }

    /// <summary>Whether there is a connection.</summary>
    public bool IsOpen => _connection is { FullState: ConnectionState.Open };

    private string ServerEncoding => Parameter("server_encoding");

    /// <summary>Connects if need be, and then knows the server's facts again.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="known">
    /// What another session of the same server knows: saves the round trip that asks. The extensions of this database are then known
    /// only after the first answer.
    /// </param>
    /// <returns>Whether a connection was made; false when the current one goes on.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken, ServerFacts? known = null)
    {
        if (IsOpen)
        {
            return false;
        }

        await ConnectAsync(cancellationToken);
        if (known is not null)
        {
            Facts = known with { Database = _connection!.Database, Extensions = new Dictionary<string, InstalledExtension>() };
            return true;
        }

        var asked = await ExecuteAsync([], static (_, _, _) => Task.CompletedTask, cancellationToken);
        return asked.Failure is null ? true : throw asked.Failure;
    }

    /// <summary>
    /// Sends statements in one round trip, and refreshes <see cref="Facts"/> with them. Without barriers between them the server
    /// skips what follows a failure, so nothing runs twice when the caller sends the rest again.
    /// </summary>
    /// <param name="statements">Reading statements; each sees its own snapshot of the data.</param>
    /// <param name="read">Reads the answer of statement number n; what it throws is the failure of that statement.</param>
    /// <param name="cancellationToken">Ends the wait, and then the connection.</param>
    public async Task<BatchResult> ExecuteAsync(
        IReadOnlyList<Statement> statements, Func<int, IAnswer, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var durations = new List<TimeSpan>(statements.Count);
        var moved = false;
        while (true)
        {
            var answered = durations.Count;
            if (_lostToStatement && !IsOpen)
            {
                try
                {
                    await ConnectAsync(cancellationToken);
                }
                catch (Exception exception)
                {
                    return new BatchResult(answered, durations, exception);
                }
            }

            var (asked, retry) = await SendAsync(
                answered == 0 ? statements : [.. statements.Skip(answered)],
                (i, reader, token) => read(answered + i, reader, token),
                cancellationToken);
            durations.AddRange(asked.Durations);
            if (retry == Retry.Never || (retry == Retry.Elsewhere && moved))
            {
                return asked with { Answered = durations.Count, Durations = durations };
            }

            moved |= retry == Retry.Elsewhere;
        }
    }

    /// <summary>Closes the connection; the next <see cref="OpenAsync"/> makes a new one.</summary>
    public async Task CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;

            // Saying goodbye must not wait for a server that does not read.
            using var deadline = new CancellationTokenSource(Grace);
            await using var cut = deadline.Token.Register(() => ConnectionSocket.Cut(connection));
            await connection.DisposeAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _dataSource.DisposeAsync();
    }

    /// <returns>How far the server got, and whether to send the rest again.</returns>
    private async Task<(BatchResult BatchResult, Retry Retry)> SendAsync(
        IReadOnlyList<Statement> statements, Func<int, IAnswer, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var connection = _connection ?? throw new InvalidOperationException("OpenAsync comes first.");
        var durations = new List<TimeSpan>(statements.Count);
        _prepared.EvictIfFull();
        var all = statements.Prepend(new Statement(FactsSql)).ToList();
        var forms = all.ConvertAll(CommandTextOf);
        var modes = all.ConvertAll(statement => new StatementMode(statement.RoleSearchPath, IsRaw(statement.Sql)));
        var opening = new Statement(_guard.Open(Major(), modes[0].Raw, _locked && _direct));
        var openingForm = CommandTextOf(opening);
        await using var batch = new StatementBatch(
            connection, _guard, Major(), _prepared.MustDeallocate, _direct, openingForm, [.. forms.Zip(modes)]);
        var sentAt = Stopwatch.GetTimestamp();
        var current = 0;
        var executing = true;
        NpgsqlDataReader? reader = null;

        // Not given to Npgsql, which would wait for the server to answer its request to cancel.
        await using var cut = cancellationToken.Register(() => ConnectionSocket.Cut(connection));
        try
        {
            reader = await batch.ExecuteAsync();
            _prepared.Deallocated();
            await reader.NextResultAsync(CancellationToken.None);
            var facts = await FactsReader.ReadAsync(reader, CancellationToken.None);
            _locked = false;
            _prepared.Answered(opening.Sql, openingForm);
            _prepared.Answered(FactsSql, forms[0]);
            Facts = SessionAttributes.Allow(target.Server.SessionAttributes, facts, Stopwatch.GetElapsedTime(_openedAt))
                ? facts
                : throw new UnsuitableServerException(SessionAttributes.KindOf(facts));
            var before = await ReadClockAsync(reader, 0);
            _pooled = reader.GetInt32(1) != connection.ProcessID;
            _direct = !_pooled && IsOwnPort(reader, connection);
            for (current = 1; current < all.Count; current++)
            {
                executing = true;
                await reader.NextResultAsync(CancellationToken.None);
                executing = false;
                if (IsClock(reader, current))
                {
                    throw new UnusableStatementException();
                }

                await read(current - 1, new PostgresAnswer(reader), CancellationToken.None);
                var after = await ReadClockAsync(reader, current);
                _prepared.Answered(all[current].Sql, forms[current]);
                durations.Add(TimeSpan.FromSeconds(Math.Max(0, after - before)));
                before = after;
            }

            await reader.DisposeAsync();
            return (new BatchResult(durations.Count, durations, null), Retry.Never);
        }
        catch (Exception exception)
        {
            // The server may send all answers together, so only its own clock tells how long those before took.
            var timedOut = Stopwatch.GetElapsedTime(sentAt) - durations.Aggregate(TimeSpan.Zero, (sum, one) => sum + one) >= limits.Timeout;
            await EndAsync(reader);
            _locked |= modes.Take(current + 1).Any(mode => mode.OfRole);
            var (failure, retry) = cancellationToken.IsCancellationRequested
                ? (Explained(exception, cancellationToken), Retry.Never)
                : Judge(
                    exception, all[current].Sql, current,
                    prepared: executing ? Math.Max(forms[current].Number, current == 0 ? openingForm.Number : 0) : 0);
            if (!IsOpen || _lostToStatement || failure is not PostgresException refused || Failure.EndsSession(refused))
            {
                await CloseAsync();
            }

            return (new BatchResult(durations.Count, durations, failure) { TimedOut = timedOut }, retry);
        }
    }

    // What a role reads with its own search_path may be anything, also what cannot be prepared.
    private PreparedStatements.CommandText CommandTextOf(Statement statement) =>
        _direct && !statement.RoleSearchPath
            ? _prepared.CommandTextOf(statement.Sql)
            : new PreparedStatements.CommandText(null, statement.Sql, 0);

    // The server refuses to send what is not text in UTF-8; from a database that holds any bytes it sends them as they are.
    private bool IsRaw(string sql) => ServerEncoding == SqlAscii || _raw.Contains(sql);

    // A pooler answers for several servers' processes, under numbers of its own or over connections of its own, and another session may get
    // what was prepared here.
    private static bool IsOwnPort(NpgsqlDataReader reader, NpgsqlConnection connection) =>
        (reader.IsDBNull(2) ? null : (int?)reader.GetInt32(2)) == ConnectionSocket.LocalPort(connection);

    private int Major()
    {
        var version = Parameter("server_version").AsSpan();
        var digits = version.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(digits < 0 ? version : version[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            ? major
            : 0;
    }

    private string Parameter(string name) => _connection?.PostgresParameters.GetValueOrDefault(name) ?? string.Empty;

    private static bool IsClock(NpgsqlDataReader reader, int statement) =>
        reader.FieldCount > 0 && reader.GetName(0) == SessionGuard.ClockName(statement);

    private static async Task<double> ReadClockAsync(NpgsqlDataReader reader, int statement)
    {
        await reader.NextResultAsync(CancellationToken.None);
        if (!IsClock(reader, statement) || !await reader.ReadAsync(CancellationToken.None))
        {
            throw new UnusableStatementException();
        }

        return reader.GetDouble(0);
    }

    private static string ReadResource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
