namespace MetricsCollector.Tests.Api;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class StreamTests(CollectorApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_back_gets_what_was_missed_once_and_then_what_comes()
    {
        var first = await IdsAsync(1, null);
        await Eventually.TrueAsync(
            async () => (await app.GetAsync($"/api/v1/snapshots?target=test-server&metric=up&after={first[0]}"))
                .GetProperty("items")
                .GetArrayLength() >= 1,
            "another snapshot was stored");
        var rest = await IdsAsync(3, first[0]);
        var all = first.Concat(rest).ToList();
        Assert.Equal(all.Distinct(), all);
    }

    [Fact]
    public async Task Diff_puts_the_biggest_mover_first()
    {
        await Eventually.TrueAsync(
            async () =>
                (await app.GetAsync("/api/v1/diff?target=test-server&metric=database&from=-5m")).GetProperty("items").GetArrayLength() > 0,
            "a counter has moved");
        var shares = (await app.GetAsync("/api/v1/diff?target=test-server&metric=database&from=-5m"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(item => item.GetProperty("share").GetDouble())
            .ToList();
        Assert.Equal(shares.OrderDescending(), shares);
    }

    private async Task<List<string>> IdsAsync(int count, string? after)
    {
        using var client = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream?target=test-server&metric=up");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        var ids = new List<string>();
        while (ids.Count < count && await lines.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                ids.Add(line[4..]);
            }
        }

        return ids;
    }
}
