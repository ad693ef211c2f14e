using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace MetricsCollector.Tests;

/// <summary>
/// The PostgreSQL server of the tests: the one named by METRICS_COLLECTOR_TEST_POSTGRES (connection string of a superuser), else a
/// container where the tests were built with <c>-p:UseTestcontainers=true</c>, else a private server from binaries available.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Variable = "METRICS_COLLECTOR_TEST_POSTGRES";

    private string? _connectionString;
    private string _missing = "The server was not started.";
    private IAsyncDisposable? _server;

    /// <summary>Connection string of a superuser; skips the test, or in CI fails it, when no PostgreSQL can be had.</summary>
    public string ConnectionString
    {
        get
        {
            if (_connectionString is null && Environment.GetEnvironmentVariable("CI") is null)
            {
                Assert.Skip(_missing);
            }

            return _connectionString ?? throw new InvalidOperationException(_missing);
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            {
                _connectionString = given;
                return;
            }

            (_server, _connectionString) = await StartAsync();
        }
        catch (PostgresNotFoundException exception)
        {
            _missing = $"{exception.Message}\nOr set {Variable} to the connection string of a superuser.";
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A new, empty database, dropped when disposed of.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(string encoding = "UTF8")
    {
        var database = new TestDatabase(ConnectionString, $"test_{Guid.NewGuid():N}");
        await CreateAsync($"{database.Name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'");
        return database;
    }

    /// <summary>A copy of a database that nobody is connected to, dropped when disposed of.</summary>
    public async Task<TestDatabase> CopyDatabaseAsync(TestDatabase original)
    {
        var database = new TestDatabase(ConnectionString, $"test_{Guid.NewGuid():N}");
        await CreateAsync($"{database.Name} TEMPLATE {original.Name}");
        return database;
    }

    /// <summary>A new role that may log in and nothing more, dropped when disposed of.</summary>
    public async Task<TestRole> CreateRoleAsync()
    {
        var role = new TestRole(ConnectionString, $"role_{Guid.NewGuid():N}", Guid.NewGuid().ToString("N"));
        await ExecuteAsync($"CREATE ROLE {role.Name} LOGIN PASSWORD '{role.Password}'");
        return role;
    }

    // Copying files costs less than half of writing every page to the WAL, as PostgreSQL 15 and newer do unless told.
    private Task CreateAsync(string database) =>
        ExecuteAsync(
            $"CREATE DATABASE {database}", connection => connection.PostgreSqlVersion.Major >= 15 ? " STRATEGY FILE_COPY" : string.Empty);

    private async Task ExecuteAsync(string sql, Func<NpgsqlConnection, string>? more = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql + more?.Invoke(connection), connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

#if TESTCONTAINERS
    private static async Task<(IAsyncDisposable Server, string ConnectionString)> StartAsync()
    {
        var container = new Testcontainers.PostgreSql.PostgreSqlBuilder($"postgres:{TestMajors.All[0]}")
            .WithCommand("-c", "max_connections=300", "-c", "fsync=off")
            .Build();
        await container.StartAsync();
        return (container, container.GetConnectionString());
    }
#else
    private static async Task<(IAsyncDisposable Server, string ConnectionString)> StartAsync()
    {
        // Test classes run at once, each with a database and pools of its own.
        var server = await LocalServer.StartAsync(new LocalServerOptions
        {
            FromTemplate = true,
            Major = TestMajors.All[0],
            Settings = new Dictionary<string, string> { ["max_connections"] = "300" },
        });
        return (server, server.ConnectionString());
    }
#endif
}
