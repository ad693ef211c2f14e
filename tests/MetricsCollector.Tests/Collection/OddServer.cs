using MetricsCollector.LocalPostgres;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>A server of its own for tests whose roles, sessions or silence would disturb others; with a role named in LATIN1.</summary>
public sealed class OddServer : IAsyncLifetime
{
    public LocalServer Server { get; private set; } = null!;

    public string ConnectionString => Server.ConnectionString();

    public async ValueTask InitializeAsync()
    {
        Server = await LocalServer.StartAsync(new LocalServerOptions { FromTemplate = true, Major = TestMajors.All[0] });
        await ExecuteAsync("CREATE DATABASE lat ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        await ExecuteAsync("CREATE DATABASE shop");

        // The bytes of the names are those of LATIN1.
        await ExecuteAsync("CREATE ROLE \"josé\"; CREATE ROLE \"josè\"", "lat");
        foreach (var database in new[] { "postgres", "shop" })
        {
            await ExecuteAsync(
                """
                CREATE FUNCTION cut() RETURNS int LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM pg_terminate_backend(pg_backend_pid());
                  RETURN 1;
                END $$;
                CREATE FUNCTION gone() RETURNS int LANGUAGE plpgsql AS $$
                BEGIN
                  RAISE EXCEPTION 'could not connect to server "gone"' USING ERRCODE = '08001';
                END $$;
                CREATE FUNCTION latin(name text) RETURNS text LANGUAGE sql AS $$
                  SELECT rolname::text FROM pg_roles
                  WHERE rolname LIKE 'jos%' AND (name = 'josé') = (get_byte(rolname::text::bytea, 3) = 233)
                $$;
                """,
                database);
        }
    }

    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString(database));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
