using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MetricsCollector.Tests.Api;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class FormatTests(CollectorApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_of_one_metric_has_a_column_for_each_label_and_field()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/snapshots?metric=database")).GetProperty("items").GetArrayLength() >= 2,
            "two snapshots are stored");
        foreach (var path in new[] { "/api/v1/snapshots", "/api/v1/snapshots/latest" })
        {
            var lines = (await TextAsync($"{path}?metric=database&fields=xact_commit,numbackends&format=csv")).Split("\r\n");
            Assert.Equal("target,metric,collectedAt,outcome,datname,xact_commit,numbackends", lines[0]);
            Assert.Contains(
                lines,
                line => line.StartsWith($"{CollectorApp.Target},database,", StringComparison.Ordinal) && line.Split(',')[4] == "postgres");
        }
    }

    [Fact]
    public async Task Csv_of_several_metrics_has_a_line_for_each_value() =>
        Assert.StartsWith(
            "target,metric,collectedAt,labels,field,value\r\n", await TextAsync("/api/v1/snapshots/latest", "text/csv"),
            StringComparison.Ordinal);

    [Fact]
    public async Task Csv_of_a_query_has_a_line_for_each_point()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/snapshots?metric=up")).GetProperty("items").GetArrayLength() >= 2,
            "two snapshots are stored");
        var lines = (await TextAsync($"/api/v1/query?metric=up&field=up&target={CollectorApp.Target}&from=-1m&step=10s", "text/csv"))
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("target,metric,field,unit,time,value", lines[0]);
        Assert.Equal(8, lines.Length);
    }

    [Fact]
    public async Task Ndjson_has_an_item_in_each_line()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/snapshots?metric=up")).GetProperty("items").GetArrayLength() >= 2,
            "two snapshots are stored");
        var lines = (await TextAsync("/api/v1/snapshots?metric=up", "application/x-ndjson"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length >= 2);
        Assert.All(lines, line => Assert.Equal("up", JsonDocument.Parse(line).RootElement.GetProperty("metric").GetString()));
    }

    [Fact]
    public async Task Series_come_as_csv_and_ndjson_whole_or_with_a_limit_by_pages()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/series?metric=database")).GetProperty("items").GetArrayLength() >= 1,
            "a series is stored");
        var all = (await TextAsync("/api/v1/series", "text/csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("target,metric,labels,attributes,firstSeen,lastSeen", all[0]);
        Assert.Contains(all, line => line.StartsWith($"{CollectorApp.Target},database,", StringComparison.Ordinal));
        Assert.True(
            (await TextAsync("/api/v1/series", "application/x-ndjson"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= all.Length - 1);

        using var client = app.CreateClient();
        using var page = await client.GetAsync(new Uri("/api/v1/series?limit=1&format=csv", UriKind.Relative), Cancellation);
        Assert.Equal(2, (await page.Content.ReadAsStringAsync(Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.NotEmpty(page.Headers.GetValues("X-Next-Cursor").Single());
    }

    [Fact]
    public async Task Who_has_the_newest_snapshot_is_told_so()
    {
        using var client = app.CreateClient();
        await Eventually.TrueAsync(
            async () =>
            {
                using var first = await client.GetAsync(new Uri("/api/v1/snapshots/latest?metric=server", UriKind.Relative), Cancellation);
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/snapshots/latest?metric=server");
                request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
                using var second = await client.SendAsync(request, Cancellation);
                return second.StatusCode == HttpStatusCode.NotModified && first.Content.Headers.LastModified is not null;
            },
            "nothing was collected between two requests");
    }

    [Fact]
    public async Task What_is_too_old_is_collected_first()
    {
        var before = DateTimeOffset.UtcNow;
        await Task.Delay(5, Cancellation);
        var snapshot = (await app.GetAsync("/api/v1/snapshots/latest?metric=database_size&maxAge=1ms")).GetProperty("items")[0];
        Assert.True(snapshot.GetProperty("collectedAt").GetDateTimeOffset() >= before.AddMilliseconds(-1));
    }

    [Fact]
    public async Task Answers_are_compressed_for_who_wants_it()
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await client.GetAsync(new Uri("/api/v1/metrics", UriKind.Relative), Cancellation);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
    }

    private async Task<string> TextAsync(string path, string accept = "*/*")
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);
    }
}
