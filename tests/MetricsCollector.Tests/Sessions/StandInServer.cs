using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MetricsCollector.Tests.Sessions;

/// <summary>
/// Speaks just enough of PostgreSQL's protocol to let a client in and then say what a test wants, for as long as the client listens.
/// </summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _serve;
    private readonly Task _running;
    private int _open;

    public StandInServer(Func<NetworkStream, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _running = AcceptAsync();
    }

    /// <summary>Connection string to it.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1;Port={((IPEndPoint)_listener.LocalEndpoint).Port};Username=me;Password=secret;Database=postgres;SSL "
            + "Mode=Disable;GSS Encryption Mode=Disable";

    /// <summary>How many connections are still open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>AuthenticationOk.</summary>
    public static byte[] LetIn { get; } = Message('R', 0, 0, 0, 0);

    /// <summary>BackendKeyData and ReadyForQuery.</summary>
    public static byte[] Ready { get; } = [.. Message('K', 0, 0, 0, 1, 0, 0, 0, 1), .. Message('Z', (byte)'I')];

    /// <summary>A ParameterStatus.</summary>
    public static byte[] Parameter(string name, string value) => Message('S', Encoding.UTF8.GetBytes($"{name}\0{value}\0"));

    /// <summary>A NoticeResponse or ErrorResponse.</summary>
    public static byte[] Report(char type, string text, string severity = "ERROR") =>
        Message(type, Encoding.UTF8.GetBytes($"S{severity}\0V{severity}\0C42501\0M{text}\0\0"));

    /// <summary>One message.</summary>
    public static byte[] Message(char type, params byte[] body)
    {
        var message = new byte[5 + body.Length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + body.Length);
        body.CopyTo(message, 5);
        return message;
    }

    /// <summary>Reads what a client sends at once.</summary>
    public static async Task ListenAsync(NetworkStream client, CancellationToken stopping)
    {
        var buffer = new byte[64 * 1024];
        if (await client.ReadAsync(buffer, stopping) == 0)
        {
            throw new IOException("The client hung up.");
        }
    }

    /// <summary>Sends the same again and again, with pauses.</summary>
    public static async Task RepeatAsync(NetworkStream client, byte[] message, CancellationToken stopping)
    {
        while (true)
        {
            await client.WriteAsync(message, stopping);
            await Task.Delay(Pause, stopping);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _running;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        using (client)
        {
            try
            {
                await _serve(client.GetStream(), _stopping.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The client hung up, or the test is over.
            }
        }

        Interlocked.Decrement(ref _open);
    }
}
