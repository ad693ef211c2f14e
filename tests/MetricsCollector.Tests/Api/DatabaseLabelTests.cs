using System.Text.Json;

namespace MetricsCollector.Tests.Api;

/// <summary>
/// Metrics that are asked in each database have the label <c>datname</c> like any other label: in the catalog, as a filter, in groups, in
/// CSV.
/// </summary>
[Collection(nameof(CustomMetricsApp))]
[Trait("PostgreSQL", "any")]
public sealed class DatabaseLabelTests(CustomMetricsApp app)
{
    public static TheoryData<string, string> Metrics => new()
    {
        { "tables", "n_tup_ins" },
        { "indexes", "idx_scan" },
        { "table_sizes", "heap_size" },
        { "index_sizes", "size" },
        { "functions", "calls" },
        { "sequences", "last_value" },
        { "table_age", "xid_age" },
        { "orders", "orders" },
        { "named", "tables" },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task It_filters_groups_and_has_a_column(string metric, string wanted)
    {
        var field = (await app.GetAsync($"/api/v1/metrics/{metric}")).GetProperty("fields").EnumerateArray()
            .Select(one => one.GetProperty("name").GetString()!).OrderBy(name => name != wanted).First();
        await Eventually.TrueAsync(async () => (await RowsAsync(metric, string.Empty)).Count > 0, $"{metric} has rows");
        var all = await RowsAsync(metric, string.Empty);
        Assert.Equal([app.First, app.Second], all.Select(Database).Distinct().OrderBy(name => name == app.Second));

        var second = await RowsAsync(metric, $"&label=datname:{app.Second}");
        Assert.NotEmpty(second);
        Assert.All(second, row => Assert.Equal(app.Second, Database(row)));
        Assert.Equal(second.Count, (await RowsAsync(metric, $"&label=datname={app.Second}")).Count);
        Assert.Equal(all.Count, second.Count + (await RowsAsync(metric, $"&label=datname={app.First}")).Count);

        Assert.Contains(
            "datname",
            (await app.GetAsync($"/api/v1/metrics/{metric}")).GetProperty("labels").EnumerateArray().Select(
                label => label.GetProperty("name").GetString()));
        await Eventually.TrueAsync(async () => (await SeriesOf(metric, field)).Count == 2, $"{metric} is stored");
        Assert.Equal([app.First, app.Second], (await SeriesOf(metric, field)).Select(Database).OrderBy(name => name == app.Second));
        foreach (var path in new[] { "snapshots?from=-1h", "series?limit=1000", "diff?from=-1h" })
        {
            var answer = await app.GetAsync($"/api/v1/{path}&metric={metric}&label=datname={app.Second}");
            Assert.DoesNotContain(app.First, answer.ToString(), StringComparison.Ordinal);
        }

        using var client = app.CreateClient();
        var csv = await client.GetStringAsync(
            new Uri($"/api/v1/snapshots/latest?metric={metric}&fields={field}&format=csv", UriKind.Relative), Cancellation);
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var column = Array.IndexOf(lines[0].Split(','), "datname");
        Assert.True(column > 0, lines[0]);
        Assert.Equal(new[] { app.First, app.Second }.Order(), lines[1..].Select(line => line.Split(',')[column]).Distinct().Order());
    }

    private async Task<List<JsonElement>> RowsAsync(string metric, string more) =>
        [.. (await app.GetAsync($"/api/v1/snapshots/latest?metric={metric}{more}"))
            .GetProperty("items")
            .EnumerateArray()
            .SelectMany(item => item.GetProperty("rows").EnumerateArray())];

    private async Task<List<JsonElement>> SeriesOf(string metric, string field) =>
        [.. (await app.GetAsync($"/api/v1/query?metric={metric}&field={field}&groupBy=datname&fn=last&from=-1h"))
            .GetProperty("series")
            .EnumerateArray()];

    private static string? Database(JsonElement row) => row.GetProperty("labels").GetProperty("datname").GetString();
}
