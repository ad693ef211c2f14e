using System.Globalization;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Queries;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class QueryEndpointTests(CollectorApp app)
{
    [Fact]
    public async Task A_rate_is_what_psql_computes_from_the_raw_readings()
    {
        const string Count =
            "SELECT count(*) FROM metrics WHERE metric = 'database' AND field = 'xact_commit' AND labels->>'datname' = 'postgres'";
        await Eventually.TrueAsync(async () => await app.ScalarAsync<long>(Count) >= 3, "three readings are stored");

        // What is collected now may be stored between the two questions.
        var to = await app.ScalarAsync<DateTime>(
            $"SELECT max(collected_at) FROM metrics WHERE target = '{CollectorApp.Target}' AND metric = 'database'");
        var (first, last) = (Text(to.AddMinutes(-5)), Text(to));
        var answer = await app.GetAsync(
            $"/api/v1/query?target={CollectorApp.Target}&metric=database&field=xact_commit&label=datname:postgres"
                + $"&fn=rate&from={first}&to={last}&step=1d");
        var values = answer.GetProperty("series")[0]
            .GetProperty("points")
            .EnumerateArray()
            .Select(point => point[1])
            .Where(value => value.ValueKind == JsonValueKind.Number)
            .Select(value => value.GetDouble());

        // By day as the steps are, for a run around midnight; only what the range holds, for the service may have run for longer.
        var expected = await app.ScalarAsync<double[]>(
            $"""
             SELECT array_agg(rate ORDER BY day)
             FROM (SELECT date_trunc('day', collected_at AT TIME ZONE 'UTC') AS day,
                          (sum(increase) / extract(epoch FROM sum(elapsed)))::float8 AS rate
                   FROM (SELECT collected_at, value - lag(value) OVER w AS increase, collected_at - lag(collected_at) OVER w AS elapsed
                         FROM metrics
                         WHERE target = '{CollectorApp.Target}' AND metric = 'database' AND field = 'xact_commit'
                           AND labels->>'datname' = 'postgres'
                         WINDOW w AS (ORDER BY collected_at)) AS pairs
                   WHERE collected_at BETWEEN '{first}' AND '{last}'
                     AND elapsed <= interval '12 seconds' -- more than three intervals are a gap, which a slow machine may have
                   GROUP BY day) AS days
             """);
        Assert.Equal(expected, values, (left, right) => Math.Abs(left - right) < 1e-9);

        static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_query_takes_several_fields()
    {
        await Eventually.TrueAsync(
            async () =>
                (await app.GetAsync("/api/v1/snapshots?target=test-server&metric=database")).GetProperty("items").GetArrayLength() >= 2,
            "two snapshots are stored");
        var answer = await app.GetAsync(
            $"/api/v1/query?target={CollectorApp.Target}&metric=database&field=xact_commit,numbackends&label=datname:postgres");
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("fn").ValueKind);
        Assert.Equal(
            [("numbackends", "avg"), ("xact_commit", "rate")],
            answer.GetProperty("series")
                .EnumerateArray()
                .Select(series => (series.GetProperty("field").GetString()!, series.GetProperty("fn").GetString()!))
                .Order());
    }
}
