using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsCollector.Tests.Security;

/// <summary>Who is let in, over everything that is mapped: a new endpoint is guarded, or a test fails.</summary>
[Trait("PostgreSQL", "any")]
public sealed class AccessTests(GuardedApp app) : IClassFixture<GuardedApp>
{
    private static readonly string[] BesideEndpoints = ["GET /swagger/index.html", "GET /swagger/v1/swagger.json", "GET /no/such/path"];

    private static readonly string[] Collecting =
    [
        "POST /api/v1/collections", "GET /api/v1/snapshots/latest?maxAge=1s", "GET /api/v1/targets/x/sessions",
        "GET /api/v1/targets/x/blocking",
    ];

    private static readonly string[] Administering = ["PUT /api/v1/targets/x", "DELETE /api/v1/targets/x", "POST /api/v1/targets/x/test"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Only_health_is_open()
    {
        var open = Endpoints()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.Equal(["/healthz", "/readyz"], open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Health_needs_no_key_and_tells_nothing()
    {
        Assert.Equal("""{"status":"alive"}""", await (await SendAsync("GET /healthz", null)).Content.ReadAsStringAsync(Cancellation));
        Assert.Matches("""^{"status":"\w+"}$""", await (await SendAsync("GET /readyz", null)).Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Without_a_key_everything_else_is_401() => await AllAsync(HttpStatusCode.Unauthorized, null);

    [Fact]
    public async Task With_a_wrong_key_everything_else_is_401() =>
        await AllAsync(HttpStatusCode.Unauthorized, request => request.Headers.Add("X-Api-Key", GuardedApp.NewKey()));

    [Fact]
    public async Task With_a_token_for_another_service_everything_else_is_401() =>
        await AllAsync(HttpStatusCode.Unauthorized, Bearer(app.Issuer.Token("admin", audience: "another")));

    [Fact]
    public async Task With_an_expired_token_everything_else_is_401() =>
        await AllAsync(HttpStatusCode.Unauthorized, Bearer(app.Issuer.Token("admin", validMinutes: -60)));

    [Theory]
    [InlineData(-1, HttpStatusCode.Unauthorized)]
    [InlineData(0, HttpStatusCode.OK)]
    public async Task A_token_passes_no_longer_than_half_a_minute_after_its_end(int validMinutes, HttpStatusCode expected)
    {
        using var answer = await SendAsync("GET /api/v1/status", Bearer(app.Issuer.Token("read", validMinutes: validMinutes)));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_told_from_no_key()
    {
        (Action<HttpRequestMessage>? Sign, string Says, string? Error)[] cases =
        [
            (null, "No key was sent.", null),
            (request => request.Headers.Add("X-Api-Key", GuardedApp.NewKey()), "The key is unknown or was revoked.", "invalid_token"),
            (Bearer(GuardedApp.NewKey()), "The key is unknown or was revoked.", "invalid_token"),
            (Bearer("x"), "The key is unknown or was revoked.", "invalid_token"),
            (Basic(GuardedApp.NewKey()), "The key is unknown or was revoked.", "invalid_token"),
            (Bearer(app.Issuer.Token("read", validMinutes: -60)), "The token is not valid", "invalid_token"),
            (request => request.Headers.Authorization = new AuthenticationHeaderValue("Digest", "x"),
                "The credentials have a form that is not known here.", null),
            (request => request.Headers.TryAddWithoutValidation("Authorization", app.Reader),
                "The credentials have a form that is not known here.", null),
        ];
        foreach (var (sign, says, error) in cases)
        {
            using var answer = await SendAsync("GET /api/v1/status", sign);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.StartsWith(
                says,
                (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString(),
                StringComparison.Ordinal);
            var way = Assert.Single(answer.Headers.WwwAuthenticate);
            Assert.Equal("Bearer", way.Scheme);
            Assert.Equal(error is not null, way.Parameter!.Contains($"error=\"{error}\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task With_a_token_of_no_scope_everything_else_is_403() =>
        await AllAsync(HttpStatusCode.Forbidden, Bearer(app.Issuer.Token(null)));

    [Fact]
    public async Task A_key_that_may_only_read_reads_everything_and_has_nothing_done()
    {
        foreach (var path in Paths().Concat(Collecting))
        {
            using var answer = await SendAsync(path, request => request.Headers.Add("X-Api-Key", app.Reader));
            // It asks in its body and changes nothing.
            var reads = path == "POST /api/v1/query" || path.StartsWith("GET ", StringComparison.Ordinal);
            var refused = Collecting.Contains(path) || !reads;
            Assert.True(refused == (answer.StatusCode == HttpStatusCode.Forbidden), $"{path} answered {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("?at=-1h", HttpStatusCode.NotFound)]
    [InlineData("?at=", HttpStatusCode.BadRequest)]
    [InlineData("?format=csv", HttpStatusCode.Forbidden)]
    public async Task A_key_that_may_only_read_reads_who_waited_but_asks_no_server(string query, HttpStatusCode expected)
    {
        using var answer = await SendAsync($"GET /api/v1/targets/x/blocking{query}", Bearer(app.Reader));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_that_may_collect_collects_and_reads()
    {
        foreach (var path in Paths().Concat(Collecting))
        {
            using var answer = await SendAsync(path, Bearer(app.Collector));
            Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.True(
                Administering.Contains(path) == (answer.StatusCode == HttpStatusCode.Forbidden), $"{path} answered {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_caller_that_may_everything_is_refused_nothing()
    {
        foreach (var path in Paths().Concat(Collecting))
        {
            using var answer = await SendAsync(path, Bearer(app.Issuer.Token("admin")));
            Assert.True(
                answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{path} answered {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("read", HttpStatusCode.Forbidden)]
    [InlineData("read metrics.collect", HttpStatusCode.OK)]
    [InlineData("collect", HttpStatusCode.Forbidden)]
    [InlineData("admin", HttpStatusCode.OK)]
    public async Task A_token_may_what_its_mapped_scopes_say(string scope, HttpStatusCode expected)
    {
        using var answer = await SendAsync("POST /api/v1/collections", Bearer(app.Issuer.Token(scope)));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_browser_is_asked_for_a_key_and_can_send_it()
    {
        using var asked = await SendAsync("GET /swagger/index.html", request => request.Headers.Accept.ParseAdd("text/html"));
        Assert.Equal(["Bearer", "Basic"], asked.Headers.WwwAuthenticate.Select(way => way.Scheme));
        using var page = await SendAsync("GET /swagger/index.html", Basic(app.Reader));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("script-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://evil.example")]
    public async Task A_page_of_another_site_has_nothing_done(string header, string value)
    {
        using var answer = await SendAsync("POST /api/v1/collections", request =>
        {
            Basic(app.Collector)(request);
            request.Headers.Add(header, value);
        });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Swagger_ui_can_sign_in()
    {
        using var answer = await SendAsync("GET /swagger/v1/swagger.json", Bearer(app.Reader));
        var document = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(
            "X-Api-Key",
            document.GetProperty("components").GetProperty("securitySchemes").GetProperty("apiKey").GetProperty("name").GetString());
        Assert.Equal(
            ["apiKey", "bearer"],
            document.GetProperty("security").EnumerateArray().SelectMany(way => way.EnumerateObject()).Select(scheme => scheme.Name));
        Assert.True(
            document.GetProperty("paths")
                .GetProperty("/api/v1/status")
                .GetProperty("get")
                .GetProperty("responses")
                .TryGetProperty("401", out _));
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_do_nothing_with_it()
    {
        foreach (var path in (string[])["GET /healthz", "GET /api/v1/status", "GET /no/such/path"])
        {
            using var answer = await SendAsync(path, Bearer(app.Reader));
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    private static Action<HttpRequestMessage> Bearer(string token) =>
        request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static Action<HttpRequestMessage> Basic(string key) =>
        request => request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("anybody:" + key)));

    private List<RouteEndpoint> Endpoints() => [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private IEnumerable<string> Paths() => Endpoints()
        .Where(
            endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
                && endpoint.RoutePattern.RawText?.EndsWith("/stream", StringComparison.Ordinal) == false)
        .SelectMany(
            endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => $"{method} /{PathOf(endpoint)}"))
        .Concat(BesideEndpoints);

    private static string PathOf(RouteEndpoint endpoint) => string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(
            part => part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "x"))));

    private async Task AllAsync(HttpStatusCode expected, Action<HttpRequestMessage>? sign)
    {
        foreach (var path in Paths().Concat(Collecting).Append("GET /api/v1/stream"))
        {
            using var answer = await SendAsync(path, sign);
            Assert.True(expected == answer.StatusCode, $"{path} answered {answer.StatusCode}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            Assert.Contains("send", problem.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage>? sign)
    {
        var parts = path.Split(' ');
        using var client = app.CreateClient(new() { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1]);
        sign?.Invoke(request);
        return await client.SendAsync(request, Cancellation);
    }
}
