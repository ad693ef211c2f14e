using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;

namespace MetricsCollector.Tests.Api;

[Trait("PostgreSQL", "any")]
public sealed class CollectLimitTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beyond_the_set_rate_collections_are_refused_with_when_to_come_back()
    {
        await using var app = new LimitedApp(postgres);
        await app.InitializeAsync();
        using var client = app.CreateClient();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await client.PostAsJsonAsync("/api/v1/collections", new { metrics = new[] { "up" } }, Cancellation);
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal(TimeSpan.FromSeconds(30), answer.Headers.RetryAfter!.Delta);
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
                Assert.Contains(
                    "Collection:Manual:PerMinute", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            }
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
        using var fresh = await client.GetAsync(new Uri("/api/v1/snapshots/latest?metric=up&maxAge=1ms", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.TooManyRequests, fresh.StatusCode);
        using var read = await client.GetAsync(new Uri("/api/v1/snapshots/latest?metric=up", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    private sealed class LimitedApp(PostgresFixture postgres) : CollectorApp(postgres)
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Collection:Manual:PerMinute", "2");
        }
    }
}
