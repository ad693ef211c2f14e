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

    // A node that joins is given the roles of the whole server, which two databases cannot do at once.
    private static readonly SemaphoreSlim Joining = new(1);

    private readonly string _name = $"test_{Guid.NewGuid():N}";
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
        await ExecuteAsync(database._servers[0].ConnectionString, $"CREATE DATABASE {database._name} TEMPLATE template0 ENCODING 'UTF8'", cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await ExecuteAsync(server.ConnectionString, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", CancellationToken.None);
        }
    }

    private static async Task<List<NpgsqlConnectionStringBuilder>> WorkersAsync(NpgsqlConnectionStringBuilder coordinator, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(coordinator.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 AND noderole = 'primary' ORDER BY nodeid", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var workers = new List<NpgsqlConnectionStringBuilder>();
        while (await reader.ReadAsync(cancellationToken))
        {
            workers.Add(new NpgsqlConnectionStringBuilder(coordinator.ConnectionString) { Host = reader.GetString(0), Port = reader.GetInt32(1) });
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
        await Joining.WaitAsync(cancellationToken);
        try
        {
            await ExecuteAsync(ConnectionString, nodes, cancellationToken);
        }
        finally
        {
            Joining.Release();
        }
    }

    private string In(NpgsqlConnectionStringBuilder server) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = _name, Pooling = true }.ConnectionString;
}
