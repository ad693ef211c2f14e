using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>Listens on a port and passes everything on to a server, so that a server can come up at a place of a test's choice.</summary>
internal sealed class Forwarder : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public Forwarder(int port, string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _running = RunAsync(server.Host!, server.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync(string host, int port)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), host, port));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient client, string host, int port)
    {
        using (client)
        using (var server = new TcpClient(host, port))
        {
            try
            {
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), _stopping.Token),
                    server.GetStream().CopyToAsync(client.GetStream(), _stopping.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // One side hung up, which is its right.
            }
        }
    }
}
