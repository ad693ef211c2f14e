using System.Net;
using System.Net.Sockets;
using MetricsCollector.Postgres;

namespace MetricsCollector.Tests.Postgres;

[Trait("PostgreSQL", "any")]
public sealed class ServerPasswordTests
{
    [Fact]
    public async Task A_server_that_refuses_connections_has_not_said_how_it_asks_for_passwords()
    {
        // Bound, and not listening: nobody else gets the port, and nobody answers.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        var text = $"Host=127.0.0.1;Port={port};Username=somebody;Password=a\u00a0b;Database=postgres";
        var connection = ConnectionString.Read(text, ConnectionSource.Settings, out _)!;
        var password = ServerPassword.For(connection, connection.Settings)!;
        Assert.Equal("a\u00a0b", await password.GetAsync(connection.Settings, TestContext.Current.CancellationToken));
        Assert.Empty(connection.ScramHosts);
    }
}
