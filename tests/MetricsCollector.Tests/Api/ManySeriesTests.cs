using System.Text.Json;

namespace MetricsCollector.Tests.Api;

/// <summary>Whoever lists a hundred thousand series gets each of them, once.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ManySeriesTests(ManySeriesApp app) : IClassFixture<ManySeriesApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_give_every_series_once()
    {
        var seen = new HashSet<string>();
        var pages = 0;
        string? cursor = null;
        do
        {
            var page = await app.GetAsync(
                $"/api/v1/series?metric={ManySeriesApp.Metric}&limit=1000{(cursor is null ? string.Empty : "&cursor=" + cursor)}");
            foreach (var series in page.GetProperty("items").EnumerateArray())
            {
                Assert.True(seen.Add(NameOf(series)), $"{series} came twice");
            }

            cursor = page.GetProperty("nextCursor").GetString();
            pages++;
        }
        while (cursor is not null);
        Assert.Equal(ManySeriesApp.Count, seen.Count);
        Assert.Equal(ManySeriesApp.Count / 1000, pages);
    }

    [Fact]
    public async Task Lines_give_every_series_once()
    {
        using var client = app.CreateClient();
        using var answer = await client.GetAsync(
            new Uri($"/api/v1/series?metric={ManySeriesApp.Metric}&format=ndjson", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        var seen = new HashSet<string>();
        while (await lines.ReadLineAsync(Cancellation) is { } line)
        {
            using var series = JsonDocument.Parse(line);
            Assert.True(seen.Add(NameOf(series.RootElement)), $"{line} came twice");
        }

        Assert.Equal(ManySeriesApp.Count, seen.Count);
    }

    private static string NameOf(JsonElement series) => series.GetProperty("labels").GetProperty("datname").GetString()!;
}
