using MetricsCollector.LocalPostgres;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>
/// A server on which everything happens that the catalog tells of: three databases, 300 tables, statements, a standby, a
/// subscription, a prepared transaction, a running vacuum, a table that is held and waited for.
/// </summary>
internal sealed class BusyServer : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _open = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];

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
        return server;
    }

    /// <summary>The server as the role with nothing but <c>pg_monitor</c> sees it.</summary>
    public static string AsMonitor(LocalServer server) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = "monitor", Password = "monitor" }.ConnectionString;

    /// <summary>What a superuser reads.</summary>
    public async Task<T> ScalarAsync<T>(string sql, string database = "postgres")
    {
        await using var connection = await OpenAsync(Primary, database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
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
