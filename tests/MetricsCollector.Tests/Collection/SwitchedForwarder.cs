using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>
/// Listens on a loopback port and passes connections on to servers by turns, as a balancing endpoint does. Silent, it accepts
/// connections and says nothing, as the kernel does for a stopped process.
/// </summary>
internal sealed class SwitchedForwarder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly (string Host, int Port)[] _servers;
    private readonly Task _running;
    private volatile TaskCompletionSource _speaks = Spoken();
    private int _next;
    private int _open;

    public SwitchedForwarder(params string[] connectionStrings)
    {
        var servers = connectionStrings.Select(text => new NpgsqlConnectionStringBuilder(text));
        _servers = [.. servers.Select(server => (server.Host!, server.Port))];
        _listener.Start();
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionStrings[0]) { Host = "127.0.0.1", Port = port }.ConnectionString;
        _running = RunAsync();
    }

    /// <summary>How to reach the servers through it.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections beyond so many at once are accepted and get no answer, as in the queue of a pooler.</summary>
    public int MostAtOnce { get; init; } = int.MaxValue;

    /// <summary>Says nothing more, on old connections and on new ones.</summary>
    public void FallSilent() => _speaks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Goes on where it fell silent.</summary>
    public void Speak() => _speaks.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _running;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private static TaskCompletionSource Spoken()
    {
        var spoken = new TaskCompletionSource();
        spoken.SetResult();
        return spoken;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Disposed of.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using (client)
        {
            var open = Interlocked.Increment(ref _open);
            try
            {
                if (open > MostAtOnce)
                {
                    await Task.Delay(Timeout.Infinite, _stopping.Token);
                }

                await _speaks.Task.WaitAsync(_stopping.Token);
                var (host, port) = _servers[(Interlocked.Increment(ref _next) - 1) % _servers.Length];
                using var server = new TcpClient(host, port);
                await Task.WhenAny(CopyAsync(client.GetStream(), server.GetStream()), CopyAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception exception)
                when (exception is IOException or SocketException or OperationCanceledException or InvalidOperationException)
            {
                // One side hung up, which is its right; its socket then is not connected.
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (await from.ReadAsync(buffer, _stopping.Token) is > 0 and var read)
            {
                await _speaks.Task.WaitAsync(_stopping.Token);
                await to.WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
