using System.Globalization;
using System.Net;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Queries;

/// <summary>Predictions are those of PostgreSQL's own regression over the stored readings.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class ForecastTests(CollectorApp app)
{
    private const string Uptime = "target = 'test-server' AND metric = 'server' AND field = 'uptime'";

    [Fact]
    public async Task A_prediction_is_what_PostgreSQL_computes_from_the_raw_readings()
    {
        await Eventually.TrueAsync(
            async () => await app.ScalarAsync<long>($"SELECT count(*) FROM metrics WHERE {Uptime}") >= 3,
            "three readings are stored");
        var to = await app.ScalarAsync<DateTime>($"SELECT max(collected_at) FROM metrics WHERE {Uptime}");
        var until = Text(to);
        var series = (await app.GetAsync(
            "/api/v1/query?target=test-server&metric=server&field=uptime&fn=predict&horizon=1h&limit=1e6"
                + $"&from={Text(to.AddMinutes(-5))}&to={until}"))
            .GetProperty("series")[0];
        var line = await app.ScalarAsync<double[]>(
            $"""
             SELECT ARRAY[regr_intercept(value, x) + 3600 * regr_slope(value, x), 86400 * regr_slope(value, x), regr_r2(value, x), count(*),
                          (1e6 - regr_intercept(value, x)) / regr_slope(value, x)]
             FROM (SELECT value, extract(epoch FROM collected_at - '{until}')::float8 AS x FROM metrics
                   WHERE {Uptime}
                     AND collected_at BETWEEN '{until}'::timestamptz - interval '5 minutes' AND '{until}') AS readings
             """);
        var forecast = series.GetProperty("forecast");
        var point = Assert.Single(series.GetProperty("points").EnumerateArray());
        Assert.Equal(new DateTimeOffset(to).AddHours(1), point[0].GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        Assert.Equal(line[0], point[1].GetDouble(), 1e-3);
        Assert.Equal(line[1], forecast.GetProperty("perDay").GetDouble(), 1e-3 * line[1]);
        Assert.Equal(line[2], forecast.GetProperty("rSquared").GetDouble(), 1e-6);
        Assert.Equal(line[3], forecast.GetProperty("samples").GetInt32());

        var crossing = forecast.GetProperty("crossesAt").GetDateTimeOffset() - new DateTimeOffset(to);
        Assert.Equal(line[4], crossing.TotalSeconds, 1e-4 * line[4]);
    }

    [Fact]
    public async Task The_forecast_of_a_target_says_what_it_rests_on_or_what_is_missing()
    {
        await Eventually.TrueAsync(
            async () => await app.ScalarAsync<long>(
                "SELECT count(DISTINCT collected_at) FROM metrics "
                    + "WHERE target = 'test-server' AND metric = 'database_size' AND field = 'size'") >= 3,
            "three readings are stored");
        var soon = (await app.GetAsync("/api/v1/targets/test-server/forecast?horizon=14ms")).GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("name").GetString() == "databaseSize"
                && item.GetProperty("labels").GetProperty("datname").GetString() == "postgres").Single();
        Assert.Equal(JsonValueKind.Null, soon.GetProperty("reason").ValueKind);
        Assert.Equal(soon.GetProperty("last").GetDouble(), soon.GetProperty("predicted").GetDouble(), 1e6);
        Assert.True(soon.GetProperty("fit").GetProperty("samples").GetInt32() >= 3);

        var items = (await app.GetAsync("/api/v1/targets/test-server/forecast")).GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(items, item => item.GetProperty("name").GetString() == "transactionIds");
        Assert.All(items, item => Assert.Contains("needs 1d", item.GetProperty("reason").GetString(), StringComparison.Ordinal));
        Assert.All(items, item => Assert.Equal(JsonValueKind.Null, item.GetProperty("predicted").ValueKind));
        using var client = app.CreateClient();
        var csv = await client.GetStringAsync(
            new Uri("/api/v1/targets/test-server/forecast?format=csv", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.StartsWith("name,labels,unit,last,predicted,perDay,limit,crossesAt,", csv, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query?metric=server&field=uptime&horizon=1h", "horizon: is for fn=predict")]
    [InlineData("query?metric=server&field=uptime&fn=predict&step=1m", "step: 'predict' has one value for the whole range")]
    [InlineData("query?metric=server&field=uptime&fn=predict&limit=much", "limit: 'much' is not a number; write one, such as 1e11")]
    [InlineData("query?metric=database&field=xact_commit&fn=predict", "field: 'xact_commit' is a counter, and predict is for gauges")]
    [InlineData("targets/test-server/forecast?horizon=0", "horizon: '0' is not a length of time greater than zero")]
    [InlineData("targets/test-servr/forecast", "did you mean 'test-server'?")]
    public async Task What_is_wrong_is_said(string path, string detail)
    {
        using var client = app.CreateClient();
        using var answer = await client.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.NotFound });
        Assert.Contains(
            detail, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
