using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Http;

/// <summary>Whatever comes, the answer is right or says what was wrong: never a failure, and nothing of the inside.</summary>
[Trait("PostgreSQL", "any")]
public sealed class BadInputTests(LoopbackApp app) : IClassFixture<LoopbackApp>
{
    private static readonly string[] Inside =
        ["   at ", "Exception", "System.", "Npgsql", "Sqlite", "Microsoft.", "Username=postgres", "Password", "Host=127", "Host=/",
            "SELECT ", "metrics_raw", "Api.", ".cs:"];

    public static TheoryData<string> Texts => BadInput.CatalogNames;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Every_parameter_takes_it_or_says_what_to_write(string name)
    {
        var wrong = new List<string>();
        foreach (var parameter in BadInput.Parameters(await app.GetAsync("/swagger/v1/swagger.json")))
        {
            using var request = parameter.With(BadInput.Text(name));
            wrong.AddRange(await FaultsAsync(parameter.ToString(), request));
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public async Task Every_parameter_takes_repetition_or_says_so(int times)
    {
        var wrong = new List<string>();
        foreach (var parameter in BadInput.Parameters(await app.GetAsync("/swagger/v1/swagger.json"))
            .Where(parameter => parameter.In != "path"))
        {
            using var request = parameter.With([.. Enumerable.Range(0, times).Select(i => $"{i}")]);
            wrong.AddRange(await FaultsAsync(parameter.ToString(), request));
        }

        Assert.Empty(wrong);
    }

    public static TheoryData<string, string> Bodies => new()
    {
        { string.Concat(Enumerable.Repeat("{\"targets\":[", 1_000)) + string.Concat(Enumerable.Repeat("]}", 1_000)), "application/json" },
        { new string('[', 1_000) + new string(']', 1_000), "application/json" },
        { "{\"metrics\":" + new string('[', 1_000) + new string(']', 1_000) + "}", "application/json" },
        { "{\"dryRun\":1e999}", "application/json" },
        { "{\"dryRun\":\"true\"}", "application/json" },
        { "{\"targets\":[1]}", "application/json" },
        { "{\"targets\":[\"\\ud800\"]}", "application/json" },
        { "{\"targets\":[\"a\\u0000b\"]}", "application/json" },
        { "{\"targets\":[\"'; DROP TABLE series; --\"]}", "application/json" },
        { "{\"metrics\":[\"" + new string('*', 10_000) + "\"]}", "application/json" },
        { "{\"metrics\":[" + string.Join(',', Enumerable.Repeat("\"a\"", 10_000)) + "]}", "application/json" },
        { "{\"" + new string('x', 10_000) + "\":1}", "application/json" },
        { "{\"connectionString\":\"Host=a\",\"preset\":\"" + new string('x', 30_000) + "\"}", "application/json" },
        { "{\"connectionString\":\"Host=a\",\"labels\":{\"" + new string('-', 30_000) + "\":\"\"}}", "application/json" },
        { "{\"connectionString\":\"Host=a\",\"intervals\":{\"" + new string('*', 30_000) + "\":\"soon\"}}", "application/json" },
        { "{\"connectionString\":\"Host=a;Password=" + new string('x', 100) + ";Nonsense=\u0000\"}", "application/json" },
        { "{\"targets\":[" + new string(' ', 70_000) + "]}", "application/json" },
        { "\u0000\u0001\u0002", "application/json" },
        { "7", "application/json" },
        { "{}", "application/json; charset=utf-7" },
        { "{}", "application/json; charset=nonsense" },
        { "{}", "text/plain" },
        { "<a/>", "application/xml" },
        { "{}", "nonsense" },
        { "a=b", "multipart/form-data" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_wrong_is_refused(string body, string mediaType)
    {
        (HttpMethod, string)[] endpoints = [(HttpMethod.Post, "/api/v1/collections"), (HttpMethod.Put, "/api/v1/targets/wrong"),
            (HttpMethod.Post, "/api/v1/targets/wrong/test")];
        foreach (var ((method, path), chunked) in endpoints.SelectMany(endpoint => new[] { (endpoint, false), (endpoint, true) }))
        {
            using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
            request.Headers.TransferEncodingChunked = chunked;
            using var client = app.CreateClient();
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.Empty(await FaultsAsync("body", answer));
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
    }

    public static TheoryData<string> FieldTexts => BodySweep.Texts;

    [Theory]
    [MemberData(nameof(FieldTexts))]
    public async Task Every_field_of_a_body_takes_it_or_says_what_to_write(string text)
    {
        using var client = app.CreateClient();
        Assert.Empty(await BodySweep.FaultsAsync(client, text));
    }

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\n")]
    public async Task A_name_with_control_characters_is_no_name(string name)
    {
        using var client = app.CreateClient();
        using var content = new StringContent("""{ "connectionString": "Host=a", "enabled": false }""", Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync(
            new Uri($"/api/v1/targets/{Uri.EscapeDataString(name)}", UriKind.Relative), content, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/snapshots?target=a%00b")]
    [InlineData("/api/v1/query?metric=database&field=xact_commit&label=datname:a%00b")]
    [InlineData("/api/v1/snapshots?metric=up&label=a%00b:c")]
    [InlineData("/api/v1/snapshots?cursor=MQphAGIKYw")]
    [InlineData("/api/v1/series?cursor=MQA")]
    [InlineData("/api/v1/snapshots?after=a%00")]
    public async Task Parameters_with_a_null_character_are_refused(string path)
    {
        using var client = app.CreateClient();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(await FaultsAsync(path, answer));
    }

    [Theory]
    [InlineData("Accept", "////;;q=,nonsense")]
    [InlineData("Accept", "application/xml")]
    [InlineData("Accept", "text/html")]
    [InlineData("Accept-Encoding", "nonsense;q=9, *;q=0")]
    [InlineData("If-None-Match", "nonsense")]
    [InlineData("If-None-Match", "W/\"")]
    [InlineData("If-Modified-Since", "Smarch 32nd")]
    [InlineData("Prefer", "respond-async; wait=-1, ===")]
    [InlineData("Last-Event-ID", "'; DROP TABLE series; --")]
    [InlineData("Idempotency-Key", "x x x")]
    [InlineData("X-Api-Key", "nonsense")]
    [InlineData("Authorization", "Basic !!!!")]
    [InlineData("Range", "bytes=-1-99999999999999999999")]
    public async Task A_header_that_is_wrong_does_no_harm(string name, string text)
    {
        var wrong = new List<string>();
        var document = await app.GetAsync("/swagger/v1/swagger.json");
        foreach (var path in document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Append("/no/such/path"))
        {
            foreach (var value in new[] { text, text + new string('x', 10_000) })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
                request.Headers.TryAddWithoutValidation(name, value);
                wrong.AddRange(await FaultsAsync($"{path} {name}", request));
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/targets", 405)]
    [InlineData("PATCH", "/api/v1/collections", 405)]
    [InlineData("NONSENSE", "/metrics", 405)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("GET", "/api/v2/targets", 404)]
    public async Task A_method_or_path_that_is_wrong_is_a_problem_for_every_client(string method, string path, int status)
    {
        foreach (var accept in new[] { "application/json", "text/html", "text/csv", "image/png" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            request.Headers.Accept.ParseAdd(accept);
            using var client = app.CreateClient();
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Empty(await FaultsAsync(path, answer));
        }
    }

    // What is no HTTP the web server refuses by itself, with a status and nothing else.
    [Theory]
    [InlineData("GET /api/v1/targets/a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /api/v1/targets HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/v1/targets HTTP/9.9\r\nHost: a\r\n\r\n", 505)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET /api/v1/targets HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData(
        "POST /api/v1/collections HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nZZ\r\n", 400)]
    public async Task What_is_no_http_is_refused(string bytes, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawAsync(bytes), StringComparison.Ordinal);

    [Fact]
    public async Task A_line_that_no_parameter_needs_is_refused() =>
        Assert.StartsWith(
            "HTTP/1.1 414 ", await RawAsync($"GET /?{new string('x', 200_000)} HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);

    private async Task<string> RawAsync(string bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(app.Address.Host, app.Address.Port, Cancellation);
        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), Cancellation);
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer, Cancellation);
        var text = Encoding.UTF8.GetString(buffer, 0, read);
        Assert.DoesNotContain(Inside, word => text.Contains(word, StringComparison.Ordinal));
        return text;
    }

    private async Task<IReadOnlyList<string>> FaultsAsync(string what, HttpRequestMessage request)
    {
        using var client = app.CreateClient();

        // The answer of a stream never ends.
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return await FaultsAsync(what, answer);
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(string what, HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        if (status is (>= 200 and < 300) or 304)
        {
            return [];
        }

        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        var faults = new List<string>();
        if (status is < 400 or > 499)
        {
            faults.Add($"{what}: {status}");
        }

        // The name of the parameter is the key: a message that begins with it again would say it twice.
        if (JsonDocument.Parse(body).RootElement.TryGetProperty("errors", out var errors))
        {
            faults.AddRange(
                from error in errors.EnumerateObject()
                from message in error.Value.EnumerateArray()
                where message.GetString()!.StartsWith(error.Name, StringComparison.OrdinalIgnoreCase)
                    || message.GetString()!.StartsWith($"unknown {error.Name}", StringComparison.OrdinalIgnoreCase)
                select $"{what}: says its name twice: {error.Name}: {message}");
        }

        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json"
            || JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32() != status)
        {
            faults.Add($"{what}: {status} is no problem: {body}");
        }

        faults.AddRange(
            Inside.Where(word => body.Contains(word, StringComparison.Ordinal)).Select(word => $"{what}: tells of '{word}': {body}"));
        if (body.Length > 20_000)
        {
            faults.Add($"{what}: a refusal of {body.Length} characters");
        }

        return faults;
    }
}
