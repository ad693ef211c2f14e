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
    private readonly bool _likeAPooler;

    /// <param name="port">Where it listens; 0 for a free port.</param>
    /// <param name="connectionString">The server.</param>
    /// <param name="likeAPooler">Whether clients get another number for the server's process than its own, as poolers give.</param>
    public Forwarder(int port, string connectionString, bool likeAPooler = false)
    {
        _likeAPooler = likeAPooler;
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _running = RunAsync(server.Host!, server.Port);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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
                    AnswerAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // One side hung up, which is its right.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client)
    {
        var buffer = new byte[16 * 1024];
        while (await server.ReadAsync(buffer, _stopping.Token) is > 0 and var read)
        {
            // BackendKeyData: its type, its length of 12, the number of the process.
            if (_likeAPooler && buffer.AsSpan(0, read).IndexOf("K\0\0\0\f"u8) is >= 0 and var at)
            {
                buffer[at + 5] ^= 1;
            }

            await client.WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
        }
    }
}
