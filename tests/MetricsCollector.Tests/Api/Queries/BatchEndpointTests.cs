using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Queries;

/// <summary>Several queries in one request answer as the same queries one by one.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class BatchEndpointTests(CollectorApp app)
{
    private const string Wrong = """{ "metric": "databse", "field": "xact_commit" }""";

    private static readonly (string Json, string Query)[] Queries =
    [
        ("""{ "metric": "database", "field": "xact_commit", "label": "datname:postgres" }""",
            "metric=database&field=xact_commit&label=datname:postgres"),
        ("""{ "metric": "database", "field": ["blks_hit", "xact_commit"], "fn": "delta", "label": ["datname:postgres"] }""",
            "metric=database&field=blks_hit,xact_commit&fn=delta&label=datname:postgres"),
        ("""{ "metric": "database", "field": "xact_commit,blks_hit", "fn": "delta", "label": "datname:postgres" }""",
            "metric=database&field=xact_commit,blks_hit&fn=delta&label=datname:postgres"),
        ("""{ "metric": "database", "field": "numbackends", "groupBy": "datname", "agg": "max", "fn": "max" }""",
            "metric=database&field=numbackends&groupBy=datname&agg=max&fn=max"),
        ("""{ "metric": "database", "field": "xact_commit", "label": "datname:post*" }""",
            "metric=database&field=xact_commit&label=datname:post*"),
        ("""{ "metric": "wal", "field": "wal_bytes", "target": "test-server" }""", "metric=wal&field=wal_bytes&target=test-server"),
        ("""{ "metric": "activity", "field": "sessions", "groupBy": ["state"] }""", "metric=activity&field=sessions&groupBy=state"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_answers_as_its_queries_one_by_one()
    {
        await Eventually.TrueAsync(
            async () => await app.ScalarAsync<long>(
                "SELECT count(*) FROM metrics WHERE metric = 'database' AND field = 'xact_commit' "
                    + "AND labels->>'datname' = 'postgres'") >= 3,
            "three readings are stored");
        var to = await app.ScalarAsync<DateTime>("SELECT max(collected_at) FROM metrics WHERE target = 'test-server'");
        var (from, until) = (Text(to.AddMinutes(-5)), Text(to));
        var queries = string.Join(", ", Queries.Select(one => one.Json).Append(Wrong));
        var answer = await PostAsync($$"""{ "from": "{{from}}", "to": "{{until}}", "step": "10s", "queries": [{{queries}}] }""");
        Assert.Equal("10s", answer.GetProperty("step").GetString());
        var results = answer.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(Queries.Length + 1, results.Count);
        foreach (var (result, query) in results.Zip(Queries))
        {
            var single = await app.GetAsync($"/api/v1/query?{query.Query}&from={from}&to={until}&step=10s");
            Assert.Equal(single.GetProperty("series").GetRawText(), result.GetProperty("series").GetRawText());
            Assert.NotEqual(0, result.GetProperty("series").GetArrayLength());
            Assert.False(result.TryGetProperty("problem", out _));
        }

        var problem = results[^1].GetProperty("problem");
        Assert.Equal(404, problem.GetProperty("status").GetInt32());
        Assert.Contains("did you mean 'database'?", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, results[^1].GetProperty("series").GetArrayLength());
    }

    [Fact]
    public async Task Without_a_step_all_share_the_longest()
    {
        var answer = await PostAsync(
            """{ "from": "-1m", "queries": [{ "metric": "up", "field": "up" }, { "metric": "settings", "field": "value" }] }""");
        var single = await app.GetAsync("/api/v1/query?metric=settings&field=value&from=-1m");
        Assert.Equal(single.GetProperty("step").GetString(), answer.GetProperty("step").GetString());
    }

    [Fact]
    public async Task Rows_name_their_query_and_a_header_the_wrong_ones()
    {
        using var response = await SendAsync(
            $$"""{ "from": "-1m", "queries": [{{Wrong}}, {{Queries[5].Json}}] }""", "?format=csv");
        Assert.Equal("0", Assert.Single(response.Headers.GetValues("X-Failed-Queries")));
        var lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("query,target,metric,field,unit,labels,time,value", lines[0]);
        Assert.All(lines[1..], line => Assert.StartsWith("1,test-server,wal,wal_bytes,", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "queries: has 0 queries; write 1 to 50")]
    [InlineData("""{ "queries": [null] }""", "queries: has 1 queries; write 1 to 50")]
    [InlineData("""{ "querys": [] }""", "did you mean 'queries'?")]
    [InlineData("""{ "queries": [{ "metric": "wal", "field": 5 }] }""", "cannot be read; write for example")]
    [InlineData("""{ "queries": [{ "metric": "wal", "feld": "x" }] }""", "feld")]
    [InlineData("""{ "from": "6h", "queries": [{ "metric": "wal", "field": "wal_bytes" }] }""", "write -6h for that long ago")]
    [InlineData("""{ "step": "0s", "queries": [{ "metric": "wal", "field": "wal_bytes" }] }""", "step")]
    public async Task What_is_wrong_is_said(string body, string detail)
    {
        using var response = await SendAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> PostAsync(string body)
    {
        using var response = await SendAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(string body, string query = "")
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var client = app.CreateClient();
        return await client.PostAsync($"/api/v1/query{query}", content, Cancellation);
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
