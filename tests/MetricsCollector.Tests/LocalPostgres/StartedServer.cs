using MetricsCollector.LocalPostgres;
using Npgsql;

namespace MetricsCollector.Tests.LocalPostgres;

/// <summary>Servers for the tests of the servers themselves: each test makes its own.</summary>
internal static class StartedServer
{
    /// <summary>
    /// A new server, from the template where no options are given; without any PostgreSQL the test is skipped with the remedy, and
    /// fails in CI.
    /// </summary>
    public static async Task<LocalServer> StartAsync(LocalServerOptions? options = null)
    {
        try
        {
            return await LocalServer.StartAsync(
                options ?? new LocalServerOptions { FromTemplate = true }, TestContext.Current.CancellationToken);
        }
        catch (PostgresNotFoundException error) when (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }

    /// <summary>The single value that a statement gives, asked over a connection of its own.</summary>
    public static async Task<T> ExecuteAsync<T>(this LocalServer server, string sql)
    {
        var cancel = TestContext.Current.CancellationToken;
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Asks again until the answer is there; the test's own cancellation ends it.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
