using Npgsql;

namespace MetricsCollector.Tests;

/// <summary>A database of one test or one class of tests; dropped when disposed of, whoever is still connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _server;

    internal TestDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Connection string of the superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>Connection string of another role.</summary>
    public string ConnectionStringOf(TestRole role) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role.Name, Password = role.Password }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)", connection);
        await command.ExecuteNonQueryAsync();
    }
}
