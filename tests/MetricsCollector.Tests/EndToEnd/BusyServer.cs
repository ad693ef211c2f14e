using System.Diagnostics;
using MetricsCollector.LocalPostgres;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>
/// A server on which everything happens that the catalog tells of: three databases, 300 tables, statements, a standby, a
/// subscription, a prepared transaction, a running vacuum, a table that is held and waited for; where its programs have it a base backup,
/// and from PostgreSQL 19 on REPACK (CONCURRENTLY), a sequence that cannot be synchronized and a counted wait for a lock.
/// </summary>
internal sealed class BusyServer : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _open = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];
    private Process? _backup;

    private BusyServer(LocalServer primary, LocalServer standby) => (Primary, Standby) = (primary, standby);

    public LocalServer Primary { get; }

    public LocalServer Standby { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<BusyServer> StartAsync(int major)
    {
        var settings = new Dictionary<string, string>
        {
            ["autovacuum"] = "off",
            ["max_connections"] = "100",
            ["max_slot_wal_keep_size"] = "10GB",
        };
        var primary = await LocalServer.StartAsync(new LocalServerOptions
        {
            FromTemplate = true,
            Major = major,
            Settings = settings,
        }, Cancellation);
        await FillAsync(primary);
        var server = new BusyServer(primary, await LocalServer.StartStandbyAsync(primary, Cancellation));
        await server.OccupyAsync();
        await server.BackUpAsync();
        if (major >= 19)
        {
            await server.OccupyNewAsync();
        }

        return server;
    }

    /// <summary>The server as the role with nothing but <c>pg_monitor</c> sees it.</summary>
    public static string AsMonitor(LocalServer server) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = "monitor", Password = "monitor" }.ConnectionString;

    /// <summary>How many sessions wait for a lock: two for a table, and REPACK (CONCURRENTLY) of 19 for the prepared transaction.</summary>
    public static int Blocked(int major) => major >= 19 ? 3 : 2;

    /// <summary>What a superuser reads.</summary>
    public async Task<T> ScalarAsync<T>(string sql, string database = "postgres")
    {
        await using var connection = await OpenAsync(Primary, database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        _backup?.Kill();
        _backup?.Dispose();
        await _stopping.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var connection in _open)
        {
            await connection.DisposeAsync();
        }

        _stopping.Dispose();
        await Standby.DisposeAsync();
        await Primary.DisposeAsync();
    }

    private static async Task FillAsync(LocalServer server)
    {
        string[] statements =
        [
            "CREATE DATABASE app",
            "CREATE DATABASE app2",
            "CREATE DATABASE \"ap\"\"p 3\"",
            "CREATE ROLE monitor LOGIN PASSWORD 'monitor'",
            "GRANT pg_monitor TO monitor",
            "CREATE EXTENSION pg_stat_statements",
        ];
        foreach (var sql in statements)
        {
            await RunAsync(server, "postgres", sql);
        }

        await RunAsync(server, "app", """
            DO $$
            BEGIN
              FOR i IN 1..300 LOOP
                EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, name text)', i);
              END LOOP;
            END
            $$
            """);
        await RunAsync(server, "app", """
            INSERT INTO t1 SELECT i, repeat('x', 100) FROM generate_series(1, 50000) AS i;
            INSERT INTO t2 SELECT i, 'two' FROM generate_series(1, 1000) AS i;
            UPDATE t1 SET name = 'y' WHERE id % 2 = 0;
            ANALYZE t1;
            CREATE SEQUENCE numbers MAXVALUE 100;
            CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN n * 2; END $$;
            CREATE PUBLICATION pub FOR TABLE t2
            """);
        await RunAsync(server, "app", "SELECT nextval('numbers') FROM generate_series(1, 25)");
        await RunAsync(server, "app", "SELECT twice(id) FROM t2");
        await RunAsync(server, "app", "SELECT pg_create_logical_replication_slot('sub', 'pgoutput')");
        await RunAsync(server, "app2", "CREATE TABLE t2 (id int PRIMARY KEY, name text)");
        await RunAsync(
            server, "app2",
            $"CREATE SUBSCRIPTION sub CONNECTION 'host=127.0.0.1 port={server.Port} user=postgres password={server.SuperuserPassword} "
                + "dbname=app' PUBLICATION pub WITH (create_slot = false, slot_name = 'sub', copy_data = false)");
        await RunAsync(server, "app", "BEGIN; INSERT INTO t4 VALUES (1, 'prepared'); PREPARE TRANSACTION 'half-done'");
    }

    private async Task OccupyAsync()
    {
        var holder = await ConnectAsync(Primary, "app");
        await using (var hold = new NpgsqlCommand("BEGIN; ALTER TABLE t3 ADD COLUMN more int", holder))
        {
            await hold.ExecuteNonQueryAsync(Cancellation);
        }

        _running.Add(WaitForAsync(await ConnectAsync(Primary, "app"), "SELECT count(*) FROM t3"));
        _running.Add(WaitForAsync(await ConnectAsync(Primary, "app"), "ALTER TABLE t3 ADD COLUMN evenmore int"));
        var vacuum = await ConnectAsync(Primary, "app");
        await using (var slowly = new NpgsqlCommand("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1", vacuum))
        {
            await slowly.ExecuteNonQueryAsync(Cancellation);
        }

        _running.Add(WaitForAsync(vacuum, "VACUUM t1"));
        // Before the first transaction is replayed a standby cannot say when that was.
        await RunAsync(Primary, "app", "INSERT INTO t5 VALUES (1, 'replayed')");
        await using var standby = await OpenAsync(Standby, "postgres");
        await using var replayed = new NpgsqlCommand("SELECT pg_last_xact_replay_timestamp() IS NOT NULL", standby);
        await Eventually.TrueAsync(
            async () => await replayed.ExecuteScalarAsync(Cancellation) is true, "the standby has replayed a transaction");
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("SELECT count(*) = 2 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"),
            "two sessions wait for the table");
        await Eventually.TrueAsync(() => ScalarAsync<bool>("SELECT count(*) > 0 FROM pg_stat_progress_vacuum"), "a vacuum runs");
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("SELECT count(*) = 2 FROM pg_stat_replication WHERE state = 'streaming'"),
            "the standby and the subscription stream");
    }

    // Its output is not read, so the backup does not finish.
    private async Task BackUpAsync()
    {
        var program = Path.Combine(Primary.Binaries.Directory, "pg_basebackup");
        if (!File.Exists(program))
        {
            return;
        }

        var start = new ProcessStartInfo(
            program,
            ["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--max-rate=32k",
                $"--dbname=host=127.0.0.1 port={Primary.Port} user=postgres"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = Primary.SuperuserPassword;
        _backup = Process.Start(start)!;
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("SELECT count(*) > 0 FROM pg_stat_progress_basebackup WHERE backup_streamed > 0"), "a backup runs");
    }

    // What PostgreSQL 19 has brought.
    private async Task OccupyNewAsync()
    {
        await RunAsync(Primary, "app", "CREATE PUBLICATION numbers FOR ALL SEQUENCES");
        await RunAsync(Primary, "app2", "CREATE SEQUENCE numbers INCREMENT 7");
        await RunAsync(Primary, "app2", "ALTER SUBSCRIPTION sub ADD PUBLICATION numbers");
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("SELECT sum(sync_seq_error_count) > 0 FROM pg_stat_subscription_stats"),
            "a sequence of another increment is refused");

        // Waits count when they were longer than deadlock_timeout and ended with the lock.
        var holder = await ConnectAsync(Primary, "app");
        await using (var hold = new NpgsqlCommand("BEGIN; LOCK TABLE t6", holder))
        {
            await hold.ExecuteNonQueryAsync(Cancellation);
        }

        var waiting = WaitForAsync(await ConnectAsync(Primary, "app"), "SET deadlock_timeout = '50ms'; LOCK TABLE t6");
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND waitstart < now() - interval '100 ms' "
                + "AND relation = (SELECT oid FROM pg_class WHERE relname = 't6')", "app"),
            "a session waits for the second table");
        await using (var release = new NpgsqlCommand("COMMIT", holder))
        {
            await release.ExecuteNonQueryAsync(Cancellation);
        }

        await waiting;
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("SELECT waits > 0 FROM pg_stat_lock WHERE locktype = 'relation'"), "the wait is counted");

        // It waits for the prepared transaction, which is older.
        _running.Add(WaitForAsync(await ConnectAsync(Primary, "app"), "REPACK (CONCURRENTLY) t7"));
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("SELECT count(*) > 0 FROM pg_replication_slots WHERE slot_name LIKE 'pg_repack_%'"),
            "a table is repacked");
    }

    private async Task WaitForAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(_stopping.Token);
    }

    private async Task<NpgsqlConnection> ConnectAsync(LocalServer server, string database)
    {
        var connection = await OpenAsync(server, database);
        lock (_open)
        {
            _open.Add(connection);
        }

        return connection;
    }

    private static async Task<NpgsqlConnection> OpenAsync(LocalServer server, string database)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString(database)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private static async Task RunAsync(LocalServer server, string database, string sql)
    {
        await using var connection = await OpenAsync(server, database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
