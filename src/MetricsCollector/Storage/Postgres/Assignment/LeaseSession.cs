using System.Globalization;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Assignment;

/// <summary>
/// The one connection whose advisory locks say that a collector is there and what it holds. They end with the connection, however it ends.
/// </summary>
internal sealed class LeaseSession : IAsyncDisposable
{
    private const string LeasePresenceSql = "SELECT pg_advisory_lock_shared(key) FROM unnest(@keys) AS key";

    private const string LeaseReleaseSql = "SELECT pg_advisory_unlock(key) FROM unnest(@keys) AS key";

    private const string LeaseLocksSql =
        """
        SELECT l.classid::bigint << 32 | l.objid::bigint AS key, l.pid, coalesce(a.application_name, '') AS name
        FROM pg_locks l
        LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    // A collector whose machine vanished is noticed within seconds. The schema tells stores of one database apart.
    private const string LeaseOpenSql =
        """
        SELECT coalesce(current_schema(), '') FROM (SELECT
          set_config('tcp_keepalives_idle', '3', false),
          set_config('tcp_keepalives_interval', '2', false),
          set_config('tcp_keepalives_count', '2', false),
          set_config('idle_session_timeout', '0', false),
          set_config('client_connection_check_interval', '0', false)) AS settings
        """;

    private const string Prefix = "mc-lease";
    private const int CommandSeconds = 5;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly LeaseName _name;
    private readonly string _schema;
    private string _group = string.Empty;

    private LeaseSession(NpgsqlDataSource source, NpgsqlConnection connection, LeaseName name, string schema) =>
        (_source, _connection, _name, _schema) = (source, connection, name, schema);

    /// <summary>Connects and says that this collector is there.</summary>
    public static async Task<LeaseSession> OpenAsync(string connectionString, LeaseName name, CancellationToken cancellationToken)
    {
        var source = StoreConnectionString.CreateUnpooled(connectionString, "leases", settings =>
        {
            settings.ApplicationName = $"{Prefix} {name.Instance}";
            settings.Timeout = CommandSeconds;
            settings.CommandTimeout = CommandSeconds;
        });
        var connection = source.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await StoreRequirements.CheckSessionsAsync(connection, () => source.OpenConnectionAsync(cancellationToken), cancellationToken);
            await using var command = new NpgsqlCommand(LeaseOpenSql, connection);
            var schema = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
            var session = new LeaseSession(source, connection, name, schema);
            await session.RunAsync(LeasePresenceSql, [LeaseShares.Hash($"{schema}\ncollectors")], cancellationToken);
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says which targets this collector knows: shares are made among those that know the same.</summary>
    public async Task JoinAsync(string group, CancellationToken cancellationToken)
    {
        if (group != _group)
        {
            await using var command = new NpgsqlCommand("SELECT set_config('application_name', @name, false)", _connection);
            command.Parameters.AddWithValue("name", $"{Prefix} {_name.Instance} {group} {_name.Name}");
            await command.ExecuteNonQueryAsync(cancellationToken);
            _group = group;
        }
    }

    /// <summary>Every lock of a lease in this database.</summary>
    /// <param name="targets">Names of targets.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<LeaseLock>> LocksAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var names = new Dictionary<long, string?> { [LeaseShares.Hash($"{_schema}\ncollectors")] = null };
        foreach (var target in targets)
        {
            names[KeyOf(target)] = target;
        }

        var locks = new List<LeaseLock>();
        await using var command = new NpgsqlCommand(LeaseLocksSql, _connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (names.TryGetValue(reader.GetInt64(0), out var target))
            {
                var parts = reader.GetString(2).Split(' ', 4);
                var known = parts is [Prefix, _, _, _];
                locks.Add(new LeaseLock(
                    target, reader.GetInt32(1), known ? parts[1]
                        : parts is [Prefix, _] ? parts[1]
                        : reader.GetInt32(1).ToString(CultureInfo.InvariantCulture), known ? parts[2]
                        : string.Empty, known ? parts[3]
                        : "a collector of another role"));
            }
        }

        return locks;
    }

    /// <summary>Takes those that nobody holds.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        if (targets.Count == 0)
        {
            return [];
        }

        var names = targets.ToDictionary(KeyOf);
        var taken = new List<string>();
        await using var command = new NpgsqlCommand("SELECT key, pg_try_advisory_lock(key) FROM unnest(@keys) AS key", _connection);
        command.Parameters.AddWithValue("keys", names.Keys.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetBoolean(1))
            {
                taken.Add(names[reader.GetInt64(0)]);
            }
        }

        return taken;
    }

    /// <summary>Lets go of targets.</summary>
    public Task ReleaseAsync(IEnumerable<string> targets, CancellationToken cancellationToken) =>
        RunAsync(LeaseReleaseSql, [.. targets.Select(KeyOf)], cancellationToken);

    /// <summary>Ends a connection that this collector lost but that the server still keeps.</summary>
    public async Task EndAsync(int pid, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_terminate_backend(@pid, 1000)", _connection);
        command.Parameters.AddWithValue("pid", pid);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await HangingConnection.CloseAsync(_connection);
        await _source.DisposeAsync();
    }

    private long KeyOf(string target) => LeaseShares.Hash($"{_schema}\ntarget\n{target}");

    private async Task RunAsync(string sql, long[] keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        command.Parameters.AddWithValue("keys", keys);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
