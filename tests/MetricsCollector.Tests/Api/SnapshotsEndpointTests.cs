using System.Globalization;

namespace MetricsCollector.Tests.Api;

[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class SnapshotsEndpointTests(CollectorApp app)
{
    [Fact]
    public async Task Latest_snapshots_have_rows_and_outcomes()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/snapshots/latest?target=test-server&metric=database"))
                .GetProperty("items")
                .GetArrayLength() == 1,
            "database is collected");
        var snapshot = (await app.GetAsync("/api/v1/snapshots/latest?target=test-server&metric=database&label=datname:postgres"))
            .GetProperty("items")[0];
        Assert.Equal("ok", snapshot.GetProperty("outcome").GetString());
        Assert.True(snapshot.GetProperty("ageSeconds").GetDouble() >= 0);
        var row = Assert.Single(snapshot.GetProperty("rows").EnumerateArray());
        Assert.True(row.GetProperty("values").GetProperty("xact_commit").GetDouble() > 0);
    }

    [Fact]
    public async Task Series_snapshots_and_collections_come_from_the_store()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/series?target=test-server&metric=database&label=datname:postgres"))
                .GetProperty("items")
                .GetArrayLength() == 1,
            "the series is stored");
        var snapshot = (await app.GetAsync("/api/v1/snapshots?target=test-server&metric=database&order=desc&limit=1"))
            .GetProperty("items")[0];
        Assert.Equal("ok", snapshot.GetProperty("outcome").GetString());
        Assert.NotEqual(0, snapshot.GetProperty("rows").GetArrayLength());
        Assert.NotEqual(0, (await app.GetAsync("/api/v1/collections")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Pages_of_snapshots_give_every_snapshot_once()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/snapshots?target=test-server&metric=up")).GetProperty("items").GetArrayLength() > 3,
            "some snapshots are stored");
        var to = DateTimeOffset.UtcNow.AddSeconds(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var all = (await app.GetAsync($"/api/v1/snapshots?target=test-server&metric=up&to={to}"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(item => item.GetProperty("collectedAt").GetString())
            .ToList();
        var paged = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await app.GetAsync(
                $"/api/v1/snapshots?target=test-server&metric=up&to={to}&limit=2" + (cursor is null ? string.Empty : $"&cursor={cursor}"));
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("collectedAt").GetString()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task Labels_may_be_globs()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/series?target=test-server&metric=database&label=datname:post*"))
                .GetProperty("items")
                .GetArrayLength() == 1,
            "the series is stored");
        Assert.Equal(
            0,
            (await app.GetAsync("/api/v1/series?target=test-server&metric=database&label=datname:nothing*"))
                .GetProperty("items")
                .GetArrayLength());
        Assert.Single(
            (await app.GetAsync("/api/v1/snapshots/latest?target=test-server&metric=database&label=datname:p?stgres"))
                .GetProperty("items")[0]
                .GetProperty("rows")
                .EnumerateArray());
        Assert.Single(
            (await app.GetAsync("/api/v1/snapshots?target=test-server&metric=database&label=datname:p?stgres&limit=1"))
                .GetProperty("items")[0]
                .GetProperty("rows")
                .EnumerateArray());
        Assert.Single(
            (await app.GetAsync("/api/v1/query?target=test-server&metric=database&field=numbackends&label=datname:post*"))
                .GetProperty("series")
                .EnumerateArray());
    }

    [Fact]
    public async Task Fields_project_rows()
    {
        var row = (await app.GetAsync("/api/v1/snapshots/latest?target=test-server&metric=database&fields=xact_commit,numbackends"))
            .GetProperty("items")[0]
            .GetProperty("rows")[0];
        Assert.Equal(["xact_commit", "numbackends"], row.GetProperty("values").EnumerateObject().Select(value => value.Name));
    }

    [Fact]
    public async Task Whoever_follows_gets_every_snapshot_once()
    {
        var start = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var (cursor, seen) = (start, new List<string?>());
        await Eventually.TrueAsync(
            async () =>
            {
                var page = await app.GetAsync($"/api/v1/snapshots?target=test-server&metric=up&limit=1&after={cursor}");
                cursor = page.GetProperty("nextCursor").GetString() ?? cursor;
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("collectedAt").GetString()));
                return seen.Count >= 3;
            },
            "three snapshots came");
        var all = (await app.GetAsync($"/api/v1/snapshots?target=test-server&metric=up&from={start}"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(item => item.GetProperty("collectedAt").GetString());
        Assert.Equal(all.Take(seen.Count), seen);
    }
}
