using System.Data;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Tests.Sessions;

/// <summary>Npgsql keeps its socket where <see cref="ConnectionSocket"/> finds it.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ConnectionSocketTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cutting_ends_what_a_connection_waits_for()
    {
        await using var connection = new NpgsqlConnection($"{postgres.ConnectionString};Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var port = new NpgsqlCommand("SELECT inet_client_port()", connection);
        Assert.Equal(await port.ExecuteScalarAsync(Cancellation), ConnectionSocket.LocalPort(connection));

        await using var sleep = new NpgsqlCommand("SELECT pg_sleep(600)", connection) { CommandTimeout = 0 };
        var sleeping = sleep.ExecuteNonQueryAsync(Cancellation);
        ConnectionSocket.Cut(connection);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => sleeping);
        Assert.NotEqual(ConnectionState.Open, connection.FullState);
    }
}
