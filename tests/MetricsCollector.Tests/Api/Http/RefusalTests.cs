using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Http;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class RefusalTests(CollectorApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/query?metric=databse&field=xact_commit", 404, "metric")]
    [InlineData("/api/v1/query?metric=database&field=xact_comit", 400, "field")]
    [InlineData("/api/v1/query?metric=database&field=xact_commit&from=now&to=-1h", 400, "from")]
    [InlineData("/api/v1/query?metric=database&field=xact_commit&step=0", 400, "step")]
    [InlineData("/api/v1/query?metric=database&field=xact_commit&step=1ms&from=-30d", 400, "step")]
    [InlineData("/api/v1/query?metric=database&field=xact_commit&fn=median", 400, "fn")]
    [InlineData("/api/v1/query?field=xact_commit", 400, "metric")]
    [InlineData("/api/v1/snapshots/latest?target=nobody", 404, "target")]
    [InlineData("/api/v1/snapshots/latest?metrics=database", 400, "metrics")]
    [InlineData("/api/v1/snapshots?from=yesterday", 400, "from")]
    [InlineData("/api/v1/snapshots?limit=0", 400, "limit")]
    [InlineData("/api/v1/snapshots?cursor=made-up", 400, "cursor")]
    [InlineData("/api/v1/snapshots?after=now&order=desc", 400, "order")]
    [InlineData("/api/v1/snapshots?after=soon", 400, "after")]
    [InlineData("/api/v1/snapshots?fields=xact_commit", 400, "fields")]
    [InlineData("/api/v1/snapshots/latest?metric=database&fields=xact_comit", 400, "fields")]
    [InlineData("/api/v1/status?verbose=1", 400, "verbose")]
    [InlineData("/api/v1/metrics?limit=1", 400, "limit")]
    [InlineData("/api/v1/targets?limit=1", 400, "limit")]
    [InlineData("/api/v1/series?label=datname", 400, "label")]
    [InlineData("/api/v1/targets/nobody", 404, "target")]
    [InlineData("/api/v1/metrics/nothing", 404, "metric")]
    [InlineData("/api/v1/collections/17", 400, "id")]
    [InlineData("/api/v1/collections/00000000-0000-0000-0000-000000000000", 404, "id")]
    public async Task A_wrong_parameter_is_named_with_what_to_write(string path, int status, string parameter)
    {
        using var client = app.CreateClient();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.NotEqual(0, problem.GetProperty("errors").GetProperty(parameter).GetArrayLength());
    }

    [Fact]
    public async Task Every_wrong_parameter_is_named_at_once()
    {
        using var client = app.CreateClient();
        using var answer = await client.GetAsync(
            new Uri("/api/v1/query?metric=database&field=nope&from=x&step=0&fn=y&limit=3", UriKind.Relative), Cancellation);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(
            ["field", "fn", "from", "limit", "step"],
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("[]", "application/json", 400)]
    [InlineData("{\"target\":[\"a\"]}", "application/json", 400)]
    [InlineData("{\"targets\":\"a\"}", "application/json", 400)]
    [InlineData("{\"targets\":[null]}", "application/json", 400)]
    [InlineData("{\"targets\":[\"nobody\"]}", "application/json", 404)]
    [InlineData("{\"metrics\":[\"nothing\"]}", "application/json", 404)]
    [InlineData("metrics=up", "application/x-www-form-urlencoded", 415)]
    public async Task A_wrong_body_is_refused(string body, string mediaType, int status)
    {
        using var client = app.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        using var answer = await client.PostAsync(new Uri("/api/v1/collections", UriKind.Relative), content, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("GET", "/api/v1/target", 404, "/swagger")]
    [InlineData("PATCH", "/api/v1/collections", 405, "GET, POST")]
    [InlineData("DELETE", "/api/v1/status", 405, "GET")]
    [InlineData("POST", "/api/v1/collections", 415, "Content-Type: application/json")]
    public async Task A_request_that_no_endpoint_takes_is_told_what_to_write(string method, string path, int status, string remedy)
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative))
        {
            Content = new StringContent("everything", Encoding.UTF8, "text/plain"),
        };
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Contains(remedy, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
