using System.Net.Sockets;
using System.Text;
using MetricsCollector.Security.Connections;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MetricsCollector.Tests.Security;

/// <summary>More connections than there are places, over the real web server.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ConnectionPlacesTests : IAsyncDisposable
{
    private const int Most = 10;
    private const int Crowd = 3 * (Most + ConnectionPlaces.HealthPlaces);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<Socket> _sockets = [];
    private readonly WebApplicationFactory<Program> _app;

    public ConnectionPlacesTests()
    {
        // The factory that has the builder is the one that listens.
        _app = new LimitedApp(_directory);
        _app.UseKestrel(0);
        _app.StartServer();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        await _app.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /api/v1/status HTTP/1.1\r\nHost: localh")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task Connections_without_a_request_give_way_the_oldest_first(string begun)
    {
        for (var i = 0; i < Crowd; i++)
        {
            var socket = await ConnectAsync();
            await socket.SendAsync(Encoding.ASCII.GetBytes(begun), Cancellation);
            if (begun.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                // Until then its request is in progress.
                Assert.StartsWith("HTTP/1.1 200", await ReadAsync(socket), StringComparison.Ordinal);
            }
        }

        Assert.StartsWith("HTTP/1.1 200", await ExecuteAsync("/healthz"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await ExecuteAsync("/api/v1/status"), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => EndedAsync(_sockets[0]), "the first one was closed");
    }

    [Fact]
    public async Task Health_is_answered_when_all_places_have_a_request_in_progress()
    {
        for (var i = 0; i < Most; i++)
        {
            var stream = await ConnectAsync();
            await stream.SendAsync(Encoding.ASCII.GetBytes("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"), Cancellation);
            Assert.StartsWith("HTTP/1.1 200", await ReadAsync(stream), StringComparison.Ordinal);
        }

        var refused = await ExecuteAsync("/api/v1/status");
        Assert.StartsWith("HTTP/1.1 503", refused, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", refused, StringComparison.Ordinal);
        for (var i = 0; i < Crowd; i++)
        {
            await ConnectAsync();
        }

        Assert.StartsWith("HTTP/1.1 200", await ExecuteAsync("/healthz"), StringComparison.Ordinal);
        _sockets[0].Close();
        await Eventually.TrueAsync(
            async () => (await ExecuteAsync("/api/v1/status"))
                .StartsWith("HTTP/1.1 200", StringComparison.Ordinal), "a place is free again");
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Cancellation));
    }

    private static async Task<bool> EndedAsync(Socket socket)
    {
        try
        {
            while (socket.Available > 0)
            {
                await ReadAsync(socket);
            }

            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        await socket.ConnectAsync(_app.ClientOptions.BaseAddress.Host, _app.ClientOptions.BaseAddress.Port, Cancellation);
        return socket;
    }

    private async Task<string> ExecuteAsync(string path)
    {
        var socket = await ConnectAsync();
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), Cancellation);
        return await ReadAsync(socket);
    }

    private sealed class LimitedApp(TemporaryDirectory directory) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("Storage:Path", directory.File("store.db"));
            builder.UseSetting("Log:Path", string.Empty);
            builder.UseSetting("Security:MaxConnections", $"{Most}");
            builder.UseSetting("Security:HeadersTimeout", "5m");
        }
    }
}
