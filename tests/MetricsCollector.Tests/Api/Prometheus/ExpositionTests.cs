using System.Net.Http.Headers;

namespace MetricsCollector.Tests.Api.Prometheus;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class ExpositionTests(CollectorApp app)
{
    [Fact]
    public async Task Metrics_have_the_names_of_postgres_exporter_where_it_has_them()
    {
        await Eventually.TrueAsync(
            async () => (await ScrapeAsync("/metrics")).Contains("pg_stat_database_xact_commit", StringComparison.Ordinal),
            "database is collected");
        var text = await ScrapeAsync("/metrics");
        Assert.Matches($"(?m)^pg_up{{target=\"{CollectorApp.Target}\"}} 1$", text);
        Assert.Matches("(?m)^# TYPE pg_up gauge$", text);
        Assert.Matches(
            $"(?m)^pg_stat_database_xact_commit{{target=\"{CollectorApp.Target}\",datname=\"postgres\",datid=\"[0-9]+\"}} [0-9]+ "
                + $"[0-9]{{13}}$",
            text);
        Assert.Matches("(?m)^pg_stat_activity_count{", text);
        Assert.Matches("(?m)^# TYPE pg_wal_wal_bytes_total counter$", text);
        Assert.DoesNotContain("pg_database_xact_commit", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/openmetrics-text;version=1.0.0")]
    public async Task No_series_comes_twice_and_every_family_stands_together(string accept)
    {
        await Eventually.TrueAsync(async () => (await ScrapeAsync("/metrics")).Length > 1000, "something is collected");
        var lines = (await ScrapeAsync("/metrics", accept)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var series = lines.Where(line => line[0] != '#').Select(line => line[..line.IndexOf(' ', line.LastIndexOf('}') + 1)]).ToList();
        Assert.Equal(series.Distinct(), series);
        var heads = lines.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ToList();
        Assert.Equal(heads.Distinct(), heads);
        Assert.Equal(accept != "text/plain", lines[^1] == "# EOF");
    }

    [Fact]
    public async Task Service_discovery_names_one_scrape_for_each_target()
    {
        var found = (await app.GetAsync("/api/v1/prometheus/targets"))[0];
        Assert.Equal(CollectorApp.Target, found.GetProperty("labels").GetProperty("__param_target").GetString());
        Assert.Equal("test", found.GetProperty("labels").GetProperty("env").GetString());
    }

    private async Task<string> ScrapeAsync(string path, string accept = "text/plain")
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }
}
