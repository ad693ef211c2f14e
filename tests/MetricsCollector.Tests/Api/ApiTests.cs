using System.Net;

namespace MetricsCollector.Tests.Api;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class ApiTests(CollectorApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Targets_tell_state_role_version_and_databases()
    {
        var target = (await app.GetAsync("/api/v1/targets")).GetProperty("items")[0];
        Assert.Equal(CollectorApp.Target, target.GetProperty("name").GetString());
        Assert.Equal("up", target.GetProperty("status").GetString());
        Assert.Equal("primary", target.GetProperty("role").GetString());
        Assert.Equal("test", target.GetProperty("labels").GetProperty("env").GetString());
        Assert.Contains("postgres", target.GetProperty("databases").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(
            target.GetProperty("version").GetString(),
            (await app.GetAsync($"/api/v1/targets/{CollectorApp.Target}")).GetProperty("version").GetString());
    }

    [Fact]
    public async Task Metrics_are_the_catalog()
    {
        var metric = await app.GetAsync("/api/v1/metrics/checkpointer");
        Assert.Equal("1m", metric.GetProperty("interval").GetString());
        Assert.Equal("postgresql", metric.GetProperty("kind").GetString());
        var field = metric.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "num_timed");
        Assert.Equal("counter", field.GetProperty("kind").GetString());
        Assert.Contains(
            "checkpointer",
            (await app.GetAsync("/api/v1/metrics"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(item => item.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Status_says_how_everything_does()
    {
        var status = await app.GetAsync("/api/v1/status");
        Assert.Equal("ok", status.GetProperty("state").GetString());
        Assert.Equal(1, status.GetProperty("targets").GetProperty("up").GetInt32());
        Assert.Equal("ready", status.GetProperty("store").GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_openapi_document_names_every_endpoint()
    {
        var paths = (await app.GetAsync("/swagger/v1/swagger.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name);
        Assert.Equal(
            [
                "/api/v1/collections", "/api/v1/collections/requests/{id}", "/api/v1/collections/{id}", "/api/v1/diff", "/api/v1/events",
                "/api/v1/fleet", "/api/v1/metrics",
                "/api/v1/metrics/{metric}", "/api/v1/prometheus/targets", "/api/v1/query", "/api/v1/series",
                "/api/v1/snapshots", "/api/v1/snapshots/latest", "/api/v1/statements/{queryid}", "/api/v1/status",
                "/api/v1/stream", "/api/v1/targets", "/api/v1/targets/{target}", "/api/v1/targets/{target}/blocking",
                "/api/v1/targets/{target}/forecast",
                "/api/v1/targets/{target}/sessions", "/api/v1/targets/{target}/test", "/api/v1/top",
                "/healthz", "/metrics", "/readyz",
            ],
            paths.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/", HttpStatusCode.Redirect)]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/swagger/index.html", HttpStatusCode.OK)]
    [InlineData("/no/such/path", HttpStatusCode.NotFound)]
    public async Task A_path_answers(string path, HttpStatusCode status)
    {
        using var client = app.CreateClient(new() { AllowAutoRedirect = false });
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(status, answer.StatusCode);
    }
}
