using System.Globalization;
using System.Text.Json;

namespace MetricsCollector.Tests.Api;

[Collection(nameof(CollectorApp))]
public sealed class QueryEndpointTests(CollectorApp app)
{
    [Fact]
    public async Task A_rate_is_what_psql_computes_from_the_raw_readings()
    {
        const string Count = "SELECT count(*) FROM metrics WHERE metric = 'database' AND field = 'xact_commit' AND labels->>'datname' = 'postgres'";
        await Eventually.TrueAsync(async () => await app.ScalarAsync<long>(Count) >= 3, "three readings are stored");
        var now = DateTimeOffset.UtcNow;
        var to = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var answer = await app.GetAsync($"/api/v1/query?metric=database&field=xact_commit&label=datname:postgres&fn=rate&from=-5m&to={to}&step=1d");
        var values = answer.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(point => point[1]).Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetDouble());
        var expected = await app.ScalarAsync<double>(
            $"""
             SELECT (sum(increase) / extract(epoch FROM sum(elapsed)))::float8
             FROM (SELECT value - lag(value) OVER w AS increase, collected_at - lag(collected_at) OVER w AS elapsed
                   FROM metrics
                   WHERE metric = 'database' AND field = 'xact_commit' AND labels->>'datname' = 'postgres' AND collected_at <= '{to}'
                   WINDOW w AS (ORDER BY collected_at)) AS pairs
             WHERE elapsed <= interval '12 seconds' -- more than three intervals are a gap, which a slow machine may have
             """);
        Assert.Equal(expected, Assert.Single(values), 9);
    }

    [Fact]
    public async Task A_query_takes_several_fields()
    {
        await Eventually.TrueAsync(async () => (await app.GetAsync("/api/v1/snapshots?metric=database")).GetProperty("items").GetArrayLength() >= 2, "two snapshots are stored");
        var answer = await app.GetAsync($"/api/v1/query?target={CollectorApp.Target}&metric=database&field=xact_commit,numbackends&label=datname:postgres");
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("fn").ValueKind);
        Assert.Equal(
            [("numbackends", "avg"), ("xact_commit", "rate")],
            answer.GetProperty("series").EnumerateArray().Select(series => (series.GetProperty("field").GetString()!, series.GetProperty("fn").GetString()!)).Order());
    }
}
