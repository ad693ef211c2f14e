using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace MetricsCollector.Tests.Api;

public sealed class ApiTests(CollectorApp app) : IClassFixture<CollectorApp>
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
        Assert.Equal(target.GetProperty("version").GetString(), (await app.GetAsync($"/api/v1/targets/{CollectorApp.Target}")).GetProperty("version").GetString());
    }

    [Fact]
    public async Task Metrics_are_the_catalog()
    {
        var metric = await app.GetAsync("/api/v1/metrics/checkpointer");
        Assert.Equal("1m", metric.GetProperty("interval").GetString());
        var field = metric.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "num_timed");
        Assert.Equal("counter", field.GetProperty("kind").GetString());
        Assert.Contains("checkpointer", (await app.GetAsync("/api/v1/metrics")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Latest_snapshots_have_rows_and_outcomes()
    {
        await Eventually.TrueAsync(async () => (await app.GetAsync("/api/v1/snapshots/latest?metric=database")).GetProperty("items").GetArrayLength() == 1, "database is collected");
        var snapshot = (await app.GetAsync("/api/v1/snapshots/latest?metric=database&label=datname:postgres")).GetProperty("items")[0];
        Assert.Equal("ok", snapshot.GetProperty("outcome").GetString());
        Assert.True(snapshot.GetProperty("ageSeconds").GetDouble() >= 0);
        var row = Assert.Single(snapshot.GetProperty("rows").EnumerateArray());
        Assert.True(row.GetProperty("values").GetProperty("xact_commit").GetDouble() > 0);
    }

    [Fact]
    public async Task Collect_now_gives_the_fresh_snapshots_back_and_stores_them()
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync("/api/v1/collections", new { metrics = new[] { "data*" } }, Cancellation);
        var pass = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items")[0];
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("manual", pass.GetProperty("trigger").GetString());
        Assert.Contains("database", pass.GetProperty("snapshots").EnumerateArray().Select(snapshot => snapshot.GetProperty("metric").GetString()));
        var stored = await app.GetAsync($"/api/v1/collections/{pass.GetProperty("id").GetString()}");
        Assert.Equal("ok", stored.GetProperty("status").GetString());
        Assert.Equal(pass.GetProperty("snapshots").GetArrayLength(), stored.GetProperty("outcomes").GetArrayLength());
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync("/api/v1/collections", new { metrics = new[] { "up" }, dryRun = true }, Cancellation);
        var pass = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items")[0];
        Assert.False(pass.GetProperty("stored").GetBoolean());
        using var stored = await client.GetAsync(new Uri($"/api/v1/collections/{pass.GetProperty("id").GetString()}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, stored.StatusCode);
    }

    [Fact]
    public async Task A_request_may_be_answered_later()
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/collections?include=sql") { Content = JsonContent.Create(new { metrics = new[] { "up" } }) };
        request.Headers.Add("Prefer", "respond-async");
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        JsonElement job = default;
        await Eventually.TrueAsync(async () => (job = await app.GetAsync(answer.Headers.Location + "?include=sql")).GetProperty("done").GetBoolean(), "the collection has ended");
        var snapshot = job.GetProperty("items")[0].GetProperty("snapshots")[0];
        Assert.Equal("up", snapshot.GetProperty("metric").GetString());
        Assert.Contains("SELECT", snapshot.GetProperty("sql").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_gets_the_same_answer_and_another_question_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        var first = await CollectAsync(key, "up");
        var again = await CollectAsync(key, "up");
        var other = await CollectAsync(key, "server");
        Assert.Equal(first.Body.GetProperty("items")[0].GetProperty("id").GetString(), again.Body.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(422, other.Status);
    }

    private async Task<(int Status, JsonElement Body)> CollectAsync(string key, string metric)
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/collections") { Content = JsonContent.Create(new { metrics = new[] { metric } }) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation));
    }

    [Fact]
    public async Task Ten_requests_at_once_cause_one_pass()
    {
        using var client = app.CreateClient();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PostAsync(new Uri("/api/v1/collections", UriKind.Relative), null, Cancellation)));
        var ids = new HashSet<string?>();
        foreach (var answer in answers)
        {
            ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items")[0].GetProperty("id").GetString());
            answer.Dispose();
        }

        Assert.Single(ids);
    }

    [Fact]
    public async Task Series_snapshots_and_collections_come_from_the_store()
    {
        await Eventually.TrueAsync(async () => (await app.GetAsync("/api/v1/series?metric=database&label=datname:postgres")).GetProperty("items").GetArrayLength() == 1, "the series is stored");
        var snapshot = (await app.GetAsync("/api/v1/snapshots?metric=database&order=desc&limit=1")).GetProperty("items")[0];
        Assert.Equal("ok", snapshot.GetProperty("outcome").GetString());
        Assert.NotEqual(0, snapshot.GetProperty("rows").GetArrayLength());
        Assert.NotEqual(0, (await app.GetAsync("/api/v1/collections")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Pages_of_snapshots_give_every_snapshot_once()
    {
        await Eventually.TrueAsync(async () => (await app.GetAsync("/api/v1/snapshots?metric=up")).GetProperty("items").GetArrayLength() > 3, "some snapshots are stored");
        var to = DateTimeOffset.UtcNow.AddSeconds(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var all = (await app.GetAsync($"/api/v1/snapshots?metric=up&to={to}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("collectedAt").GetString()).ToList();
        var paged = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await app.GetAsync($"/api/v1/snapshots?metric=up&to={to}&limit=2" + (cursor is null ? string.Empty : $"&cursor={cursor}"));
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("collectedAt").GetString()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task A_rate_is_what_psql_computes_from_the_raw_readings()
    {
        const string Count = "SELECT count(*) FROM metrics WHERE metric = 'database' AND field = 'xact_commit' AND labels->>'datname' = 'postgres'";
        await Eventually.TrueAsync(async () => await app.ScalarAsync<long>(Count) >= 3, "three readings are stored");
        var now = DateTimeOffset.UtcNow;
        var to = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var answer = await app.GetAsync($"/api/v1/query?metric=database&field=xact_commit&label=datname:postgres&fn=rate&from=-5m&to={to}&step=1d");
        var values = answer.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(point => point[1]).Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetDouble());
        var expected = await app.ScalarAsync<double>(
            $"""
             SELECT (sum(increase) / extract(epoch FROM sum(elapsed)))::float8
             FROM (SELECT value - lag(value) OVER w AS increase, collected_at - lag(collected_at) OVER w AS elapsed
                   FROM metrics
                   WHERE metric = 'database' AND field = 'xact_commit' AND labels->>'datname' = 'postgres' AND collected_at <= '{to}'
                   WINDOW w AS (ORDER BY collected_at)) AS pairs
             """);
        Assert.Equal(expected, Assert.Single(values), 9);
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
                "/api/v1/collections", "/api/v1/collections/requests/{id}", "/api/v1/collections/{id}", "/api/v1/diff", "/api/v1/metrics", "/api/v1/metrics/{metric}", "/api/v1/prometheus/targets", "/api/v1/query", "/api/v1/series",
                "/api/v1/snapshots", "/api/v1/snapshots/latest", "/api/v1/status", "/api/v1/stream", "/api/v1/targets", "/api/v1/targets/{target}", "/healthz", "/metrics", "/readyz",
            ],
            paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Labels_may_be_globs()
    {
        await Eventually.TrueAsync(async () => (await app.GetAsync("/api/v1/series?metric=database&label=datname:post*")).GetProperty("items").GetArrayLength() == 1, "the series is stored");
        Assert.Equal(0, (await app.GetAsync("/api/v1/series?metric=database&label=datname:nothing*")).GetProperty("items").GetArrayLength());
        Assert.Single((await app.GetAsync("/api/v1/snapshots/latest?metric=database&label=datname:p?stgres")).GetProperty("items")[0].GetProperty("rows").EnumerateArray());
        Assert.Single((await app.GetAsync("/api/v1/snapshots?metric=database&label=datname:p?stgres&limit=1")).GetProperty("items")[0].GetProperty("rows").EnumerateArray());
        Assert.Single((await app.GetAsync("/api/v1/query?metric=database&field=numbackends&label=datname:post*")).GetProperty("series").EnumerateArray());
    }

    [Fact]
    public async Task A_query_takes_several_fields()
    {
        await Eventually.TrueAsync(async () => (await app.GetAsync("/api/v1/snapshots?metric=database")).GetProperty("items").GetArrayLength() >= 2, "two snapshots are stored");
        var answer = await app.GetAsync("/api/v1/query?metric=database&field=xact_commit,numbackends&label=datname:postgres");
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("fn").ValueKind);
        Assert.Equal(
            [("numbackends", "avg"), ("xact_commit", "rate")],
            answer.GetProperty("series").EnumerateArray().Select(series => (series.GetProperty("field").GetString()!, series.GetProperty("fn").GetString()!)).Order());
    }

    [Fact]
    public async Task Fields_project_rows()
    {
        var row = (await app.GetAsync("/api/v1/snapshots/latest?metric=database&fields=xact_commit,numbackends")).GetProperty("items")[0].GetProperty("rows")[0];
        Assert.Equal(["xact_commit", "numbackends"], row.GetProperty("values").EnumerateObject().Select(value => value.Name));
    }

    [Fact]
    public async Task Whoever_follows_gets_every_snapshot_once()
    {
        var start = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var (cursor, seen) = (start, new List<string?>());
        await Eventually.TrueAsync(
            async () =>
            {
                var page = await app.GetAsync($"/api/v1/snapshots?metric=up&limit=1&after={cursor}");
                cursor = page.GetProperty("nextCursor").GetString() ?? cursor;
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("collectedAt").GetString()));
                return seen.Count >= 3;
            },
            "three snapshots came");
        var all = (await app.GetAsync($"/api/v1/snapshots?metric=up&from={start}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("collectedAt").GetString());
        Assert.Equal(all.Take(seen.Count), seen);
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
        using var answer = await client.GetAsync(new Uri("/api/v1/query?metric=database&field=nope&from=x&step=0&fn=y&limit=3", UriKind.Relative), Cancellation);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(["field", "fn", "from", "limit", "step"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
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
}
