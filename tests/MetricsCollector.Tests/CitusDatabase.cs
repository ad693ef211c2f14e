using Npgsql;

namespace MetricsCollector.Tests;

/// <summary>
/// A database of a Citus cluster, on the coordinator and on every worker, since Citus 12 does not propagate CREATE DATABASE; dropped from
/// all of them when disposed of.
/// </summary>
internal sealed class CitusDatabase : IAsyncDisposable
{
    /// <summary>Connection string of a superuser of a coordinator whose <c>pg_dist_node</c> lists the workers.</summary>
    public const string Variable = "METRICS_COLLECTOR_TEST_CITUS";

    // A node that joins is given the roles of the whole server, which two databases cannot do at once; nor can roles be made or dropped
    // then.
    private static readonly SemaphoreSlim Joining = new(1);

    private readonly string _name = $"test_{Guid.NewGuid():N}";
    private readonly List<string> _roles = [];
    private readonly IReadOnlyList<NpgsqlConnectionStringBuilder> _servers;

    private CitusDatabase(IReadOnlyList<NpgsqlConnectionStringBuilder> servers) => _servers = servers;

    /// <summary>The coordinator named by the environment; null where none is.</summary>
    public static string? Coordinator => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    /// <summary>The coordinator's connection string.</summary>
    public string ConnectionString => In(_servers[0]);

    /// <summary>Makes an empty database whose extension knows all nodes.</summary>
    /// <param name="coordinator">Connection string of a superuser of the coordinator.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<CitusDatabase> CreateAsync(string coordinator, CancellationToken cancellationToken)
    {
        var first = new NpgsqlConnectionStringBuilder(coordinator) { Pooling = false };
        var database = new CitusDatabase([first, .. await WorkersAsync(first, cancellationToken)]);
        try
        {
            await database.CreateAsync(cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database without the extension on the coordinator alone.</summary>
    /// <param name="coordinator">Connection string of a superuser of the coordinator.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<CitusDatabase> CreateAloneAsync(string coordinator, CancellationToken cancellationToken)
    {
        var database = new CitusDatabase([new NpgsqlConnectionStringBuilder(coordinator) { Pooling = false }]);
        await ExecuteAsync(
            database._servers[0].ConnectionString, $"CREATE DATABASE {database._name} TEMPLATE template0 ENCODING 'UTF8'",
            cancellationToken);
        return database;
    }

    /// <summary>
    /// Makes a role that is no superuser and that the coordinator logs in to the workers with, as docs/operators.md says. Dropped with
    /// the database.
    /// </summary>
    /// <param name="owner">Whether the database belongs to it, on every node.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string> CreateRoleAsync(bool owner, CancellationToken cancellationToken)
    {
        var role = $"role_{Guid.NewGuid():N}";
        _roles.Add(role);
        await JoinAsync(
            $"""
            CREATE ROLE {role} LOGIN PASSWORD '{role}';
            INSERT INTO pg_dist_authinfo (nodeid, rolename, authinfo) VALUES (0, '{role}', 'password={role}')
            """,
            cancellationToken);
        if (owner)
        {
            await OnEveryNodeAsync($"ALTER DATABASE {_name} OWNER TO {role}", cancellationToken);
        }

        return role;
    }

    /// <summary>The coordinator's connection string for a role of <see cref="CreateRoleAsync"/>.</summary>
    public string ConnectionStringOf(string role) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, Password = role }.ConnectionString;

    /// <summary>Runs SQL on every node by itself, as a superuser.</summary>
    public async Task OnEveryNodeAsync(string sql, CancellationToken cancellationToken)
    {
        foreach (var server in _servers)
        {
            await ExecuteAsync(In(server), $"SET citus.enable_ddl_propagation = off; {sql}", cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A database that joins nodes meanwhile would give them the roles that are dropped.
        await Joining.WaitAsync(CancellationToken.None);
        try
        {
            foreach (var server in _servers)
            {
                await ExecuteAsync(server.ConnectionString, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", CancellationToken.None);
                foreach (var role in _roles)
                {
                    await ExecuteAsync(
                        server.ConnectionString, $"SET citus.enable_ddl_propagation = off; DROP ROLE IF EXISTS {role}",
                        CancellationToken.None);
                }
            }
        }
        finally
        {
            Joining.Release();
        }
    }

    private static async Task<List<NpgsqlConnectionStringBuilder>> WorkersAsync(
        NpgsqlConnectionStringBuilder coordinator, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(coordinator.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 AND noderole = 'primary' ORDER BY nodeid", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var workers = new List<NpgsqlConnectionStringBuilder>();
        while (await reader.ReadAsync(cancellationToken))
        {
            workers.Add(
                new NpgsqlConnectionStringBuilder(coordinator.ConnectionString) { Host = reader.GetString(0), Port = reader.GetInt32(1) });
        }

        return workers;
    }

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_servers.Select(async server =>
        {
            await ExecuteAsync(server.ConnectionString, $"CREATE DATABASE {_name} TEMPLATE template0 ENCODING 'UTF8'", cancellationToken);
            await ExecuteAsync(server.ConnectionString, $"ALTER DATABASE {_name} SET jit = off", cancellationToken);
            await ExecuteAsync(In(server), "CREATE EXTENSION citus", cancellationToken);
        }));
        var nodes = $"SELECT citus_set_coordinator_host('{_servers[0].Host}', {_servers[0].Port}); "
            + string.Concat(_servers.Skip(1).Select(worker => $"SELECT citus_add_node('{worker.Host}', {worker.Port}); "));
        await JoinAsync(nodes, cancellationToken);
    }

    private async Task JoinAsync(string sql, CancellationToken cancellationToken)
    {
        await Joining.WaitAsync(cancellationToken);
        try
        {
            await ExecuteAsync(ConnectionString, sql, cancellationToken);
        }
        finally
        {
            Joining.Release();
        }
    }

    private string In(NpgsqlConnectionStringBuilder server) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = _name, Pooling = true }.ConnectionString;
}
