using Npgsql;

namespace MetricsCollector.Tests;

/// <summary>A role of one test; dropped when disposed of. What it owns goes with the databases of the test, which are disposed of
/// first.</summary>
public sealed class TestRole : IAsyncDisposable
{
    private readonly string _server;

    internal TestRole(string server, string name, string password)
    {
        _server = server;
        (Name, Password) = (name, password);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Username = name, Password = password }.ConnectionString;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its password.</summary>
    public string Password { get; }

    /// <summary>Connection string to the server's own database.</summary>
    public string ConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"DROP ROLE IF EXISTS {Name}", connection);
        await command.ExecuteNonQueryAsync();
    }
}
