using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Http;

/// <summary>Headers that are too many or too large, and hosts that are not answered, over a real connection.</summary>
[Trait("PostgreSQL", "any")]
public sealed class HeaderLimitTests(LoopbackApp app) : IClassFixture<LoopbackApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cookies_that_are_too_large_are_refused_with_their_size_and_the_remedy()
    {
        var detail = await RefusalAsync(
            HttpStatusCode.RequestHeaderFieldsTooLarge, request => request.Headers.Add("Cookie", "session=" + new string('x', 40_000)));
        Assert.Contains("'Cookie' has 40018", detail, StringComparison.Ordinal);
        Assert.Contains("at most 32768", detail, StringComparison.Ordinal);
        Assert.Contains("remove those of this host", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Small_headers_that_are_too_large_together_are_refused()
    {
        var detail = await RefusalAsync(HttpStatusCode.RequestHeaderFieldsTooLarge, request => Add(request, 50, 1_000));
        Assert.Contains("at most 32768", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_headers_are_refused_with_their_number()
    {
        var detail = await RefusalAsync(HttpStatusCode.RequestHeaderFieldsTooLarge, request => Add(request, 150, 1));
        Assert.Contains("send at most 100", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_browser_behind_proxies_sends_is_answered()
    {
        using var answer = await SendAsync(request => Add(request, 90, 300));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_host_that_is_not_allowed_is_told_the_setting()
    {
        var detail = await RefusalAsync(HttpStatusCode.BadRequest, request => request.Headers.Host = "rebound.example");
        Assert.Contains("AllowedHosts", detail, StringComparison.Ordinal);
    }

    private static void Add(HttpRequestMessage request, int count, int length)
    {
        for (var i = 0; i < count; i++)
        {
            request.Headers.Add($"X-{i}", new string('x', length));
        }
    }

    private async Task<string> RefusalAsync(HttpStatusCode status, Action<HttpRequestMessage> change)
    {
        using var answer = await SendAsync(change);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem.GetProperty("detail").GetString()!;
    }

    private async Task<HttpResponseMessage> SendAsync(Action<HttpRequestMessage> change)
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/status", UriKind.Relative));
        change(request);
        return await client.SendAsync(request, Cancellation);
    }
}
