using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>Requests that nobody should send, many at once: collection goes on as if there were none.</summary>
[Trait("PostgreSQL", "any")]
public sealed class BadRequestsTests(PostgresFixture postgres)
{
    private const int Requests = 600;
    private const int SlowClients = 50;

    private static readonly string[] Bad =
    [
        "\0\u0001\u0002\u0003\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /%zz%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + new string('x', 100_000) + "\r\n\r\n",
        "GET /" + new string('a', 50_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/v1/collections HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{",
        "POST /api/v1/collections HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /api/v1/collections HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /api/v1/query?metric=" + new string('m', 5_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_do_not_disturb_collection()
    {
        using var directory = new TemporaryDirectory();
        await using var collector = ServiceProcess.Start(directory, new Dictionary<string, string>
        {
            ["Targets:0:Name"] = "watched",
            ["Targets:0:ConnectionString"] = postgres.ConnectionString,
            ["Collection:Interval"] = "4s",
            ["Security:HeadersTimeout"] = "2s",
        });
        await collector.ReadyAsync();
        var before = await CollectionsAsync(collector);

        var slow = Enumerable.Range(0, SlowClients).Select(_ => SlowlyAsync(collector)).ToList();
        await Parallel.ForAsync(
            0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation },
            async (i, _) => await SendAsync(collector, Bad[i % Bad.Length]));
        Assert.True(await collector.AnswersAsync("/healthz"));

        // Those that never end their headers are cut off by the service.
        await Task.WhenAll(slow).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        await Eventually.TrueAsync(async () => await CollectionsAsync(collector) >= before + 2, "collections go on");
        var status = await collector.Client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), Cancellation);
        Assert.Equal("ok", status.GetProperty("state").GetString());
        Assert.True(collector.Output.Split('\n').Length < 40, collector.Output);
    }

    private static async Task<long> CollectionsAsync(ServiceProcess collector) =>
        (await collector.Client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), Cancellation))
            .GetProperty("store")
            .GetProperty("writtenPasses")
            .GetInt64();

    private static async Task SendAsync(ServiceProcess collector, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(collector.Client.BaseAddress!.Host, collector.Client.BaseAddress.Port, Cancellation);
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Cancellation);
            var answer = new byte[256];
            var read = await stream.ReadAsync(answer, Cancellation);
            Assert.DoesNotContain(" 500 ", Encoding.Latin1.GetString(answer, 0, read), StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Cut off while it still sent: as good an answer as any.
            return;
        }
    }

    // A byte now and then, and no end of the headers.
    private static async Task SlowlyAsync(ServiceProcess collector)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(collector.Client.BaseAddress!.Host, collector.Client.BaseAddress.Port, Cancellation);
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n"u8.ToArray(), Cancellation);
            while (true)
            {
                await stream.WriteAsync("X: y\r\n"u8.ToArray(), Cancellation);
                await Task.Delay(200, Cancellation);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The service hung up.
            return;
        }
    }
}
