using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MetricsCollector.Tests.Api;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class CollectionsEndpointTests(CollectorApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collect_now_gives_the_fresh_snapshots_back_and_stores_them()
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync("/api/v1/collections", new { metrics = new[] { "data*" } }, Cancellation);
        var collection = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items")[0];
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("manual", collection.GetProperty("trigger").GetString());
        Assert.Contains(
            "database",
            collection.GetProperty("snapshots").EnumerateArray().Select(snapshot => snapshot.GetProperty("metric").GetString()));
        var stored = await app.GetAsync($"/api/v1/collections/{collection.GetProperty("id").GetString()}");
        Assert.Equal("ok", stored.GetProperty("status").GetString());
        Assert.Equal(collection.GetProperty("snapshots").GetArrayLength(), stored.GetProperty("outcomes").GetArrayLength());
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/collections", new { metrics = new[] { "up" }, dryRun = true }, Cancellation);
        var collection = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items")[0];
        Assert.False(collection.GetProperty("stored").GetBoolean());
        using var stored = await client.GetAsync(
            new Uri($"/api/v1/collections/{collection.GetProperty("id").GetString()}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, stored.StatusCode);
    }

    [Fact]
    public async Task A_request_may_be_answered_later()
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/collections?include=sql")
        {
            Content = JsonContent.Create(new { metrics = new[] { "up" } }),
        };
        request.Headers.Add("Prefer", "respond-async");
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        JsonElement job = default;
        await Eventually.TrueAsync(
            async () => (job = await app.GetAsync(answer.Headers.Location + "?include=sql")).GetProperty("done").GetBoolean(),
            "the collection has ended");
        var snapshot = job.GetProperty("items")[0].GetProperty("snapshots")[0];
        Assert.Equal("up", snapshot.GetProperty("metric").GetString());
        Assert.Contains("SELECT", snapshot.GetProperty("sql").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_was_answered_at_once_can_be_looked_at_again_as_the_newest()
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/collections", new { metrics = new[] { "up" }, dryRun = true }, Cancellation);
        var dry = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var collection = dry.GetProperty("items")[0].GetProperty("id").GetString();
        var newest = await app.GetAsync("/api/v1/collections/requests/latest");
        Assert.True(newest.GetProperty("done").GetBoolean());
        Assert.Equal(collection, newest.GetProperty("items")[0].GetProperty("id").GetString());
        var byId = await app.GetAsync($"/api/v1/collections/requests/{newest.GetProperty("id").GetString()}");
        Assert.Equal(collection, byId.GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_same_key_gets_the_same_answer_and_another_question_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        var first = await CollectAsync(key, "up");
        var again = await CollectAsync(key, "up");
        var other = await CollectAsync(key, "server");
        Assert.Equal(
            first.Body.GetProperty("items")[0].GetProperty("id").GetString(),
            again.Body.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(422, other.Status);
    }

    private async Task<(int Status, JsonElement Body)> CollectAsync(string key, string metric)
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/collections")
        {
            Content = JsonContent.Create(new { metrics = new[] { metric } }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation));
    }

    [Fact]
    public async Task Ten_requests_at_once_cause_one_collection()
    {
        using var client = app.CreateClient();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => client.PostAsync(new Uri("/api/v1/collections", UriKind.Relative), null, Cancellation)));
        var ids = new HashSet<string?>();
        foreach (var answer in answers)
        {
            ids.Add(
                (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items")[0].GetProperty("id").GetString());
            answer.Dispose();
        }

        Assert.Single(ids);
    }
}
