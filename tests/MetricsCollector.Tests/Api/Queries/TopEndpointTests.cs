using System.Net;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Queries;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class TopEndpointTests(CollectorApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("metric=database&fields=commits", "fields", "xact_commit")]
    [InlineData("metric=database&by=schema", "by", "datname")]
    [InlineData("metric=database&order=xact_comit", "order", "did you mean 'xact_commit'?")]
    [InlineData("metric=database&order=xact_commit:most", "order", "xact_commit:increase or xact_commit:rate")]
    [InlineData("metric=database&order=xact_commit:perCall", "order", "no counter 'calls'")]
    [InlineData("metric=database&order=xact_commit:last", "order", "is a counter")]
    [InlineData("metric=database&order=numbackends:increase", "order", "write numbackends:last")]
    [InlineData("metric=database&order=xact_commit,xact_rollback", "order", "ranks by one field")]
    [InlineData("metric=database&compare=7d", "compare", "write -7d")]
    [InlineData("metric=database&compare=-0", "compare", "with itself")]
    [InlineData("metric=database&compare=yesterday", "compare", "-7d")]
    [InlineData("metric=database&compare=--7d", "compare", "write -7d")]
    [InlineData("metric=database&compare=-90000d", "compare", "before 1970")]
    [InlineData("metric=database&limit=0", "limit", "1000")]
    [InlineData("metric=database&limit=1001", "limit", "1000")]
    [InlineData("fields=calls", "metric", "is required")]
    public async Task A_wrong_parameter_is_refused_with_what_to_write(string query, string parameter, string expected)
    {
        using var client = app.CreateClient();
        using var answer = await client.GetAsync(new Uri($"/api/v1/top?{query}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement.GetProperty("errors");
        Assert.Contains(errors.GetProperty(parameter).EnumerateArray(), error => error.GetString()!.Contains(
            expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_and_the_remainder_add_up_in_every_format()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/top?metric=database&fields=xact_commit")).GetProperty("items").GetArrayLength() > 0,
            "a transaction is counted");

        // What is collected now may be stored between the questions.
        var to = (await app.GetAsync("/api/v1/top?metric=database&fields=xact_commit")).GetProperty("to").GetString();
        var path = $"/api/v1/top?metric=database&fields=xact_commit,numbackends&by=target,datname&limit=1&to={to}&from=-1h";
        var answer = await app.GetAsync(path);
        Assert.Equal("xact_commit:increase", answer.GetProperty("order").GetString());
        var (row, remainder, whole) = (answer.GetProperty("items")[0], answer.GetProperty("remainder"), answer.GetProperty("whole"));
        Assert.Equal(CollectorApp.Target, row.GetProperty("target").GetString());
        Assert.Equal(whole.GetProperty("groups").GetInt32(), 1 + remainder.GetProperty("groups").GetInt32());
        foreach (var (place, name) in ((string[])["increase", "last"]).Index())
        {
            double Of(JsonElement part) => part.GetProperty("fields")[place].GetProperty(name).GetDouble();
            Assert.Equal(Of(whole), Of(row) + Of(remainder));
        }

        var lines = (await TextAsync(path + "&format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(
            "part,target,datname,groups,field,unit,increase,perSecond,perCall,last,share,", lines[0], StringComparison.Ordinal);
        Assert.Equal(["row", "row", "remainder", "remainder"], lines.Skip(1).Select(line => line.Split(',')[0]));
        var items = (await TextAsync(path + "&format=ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["row", "remainder"], items.Select(item => JsonDocument.Parse(item).RootElement.GetProperty("part").GetString()));
        Assert.True(JsonElement.DeepEquals(remainder, JsonDocument.Parse(items[1]).RootElement));
    }

    [Fact]
    public async Task A_range_before_anything_was_collected_compares_with_nothing()
    {
        var answer = await app.GetAsync("/api/v1/top?metric=database&compare=-7d");
        Assert.NotEqual(JsonValueKind.Null, answer.GetProperty("previous").ValueKind);
        Assert.All(
            answer.GetProperty("whole").GetProperty("fields").EnumerateArray(),
            field => Assert.Equal(JsonValueKind.Null, field.GetProperty("previous").ValueKind));
    }

    private async Task<string> TextAsync(string path)
    {
        using var client = app.CreateClient();
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);
    }
}
