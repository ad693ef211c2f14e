using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd.Resets;

/// <summary>One name that leads to one cluster first and to another later, which is ahead in everything.</summary>
[Trait("PostgreSQL", "any")]
public sealed class FailoverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_cluster_under_the_same_name_is_a_reset_and_no_increase()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        await GetAheadAsync(second);
        using var directory = new TemporaryDirectory();
        await CollectAsync(directory, first, 2);
        await CollectAsync(directory, second, 2);

        await using var collector = ServiceProcess.Start(directory, Settings(second));
        await collector.ReadyAsync();
        var series = (await GetAsync(collector, "query?metric=wal&field=wal_bytes&fn=delta&from=-10m&step=10m")).GetProperty("series")[0];
        var reset = Assert.Single(series.GetProperty("resets").EnumerateArray());
        Assert.Equal("failover", reset.GetProperty("reason").GetString());
        Assert.True(
            series.GetProperty("points")
                .EnumerateArray()
                .Sum(point => point[1].ValueKind == JsonValueKind.Null ? 0 : point[1].GetDouble()) < AheadBytes);

        var connection = new NpgsqlConnectionStringBuilder(second.ConnectionString());
        using var answer = await collector.Client.PostAsJsonAsync(
            "/api/v1/collections", new { metrics = new[] { "server" } }, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal($"{connection.Host}:{connection.Port}", (await GetAsync(collector, "targets/name")).GetProperty("server").GetString());

        var moved = (await GetAsync(collector, "diff?metric=wal&from=-10m")).GetProperty("items").EnumerateArray();
        Assert.All(
            moved,
            item => Assert.Equal("failover", Assert.Single(item.GetProperty("resets").EnumerateArray()).GetProperty("reason").GetString()));
    }

    private const double AheadBytes = 10_000_000;

    private static Task<LocalServer> StartAsync() =>
        LocalServer.StartAsync(new LocalServerOptions { FromTemplate = true, Major = TestMajors.All[0] }, Cancellation);

    // Its write-ahead log, which tells clusters apart too, does not go back.
    private static async Task GetAheadAsync(LocalServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString());
        await using var command = source.CreateCommand(
            "CREATE TABLE much AS SELECT i, repeat('x', 100) AS text FROM generate_series(1, 200000) AS i");
        await command.ExecuteNonQueryAsync(Cancellation);
        await using var checkpoint = source.CreateCommand("CHECKPOINT");
        await checkpoint.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task CollectAsync(TemporaryDirectory directory, LocalServer server, int times)
    {
        await using var collector = ServiceProcess.Start(directory, Settings(server));
        await collector.ReadyAsync();
        for (var i = 0; i < times; i++)
        {
            using var answer = await collector.Client.PostAsJsonAsync(
                "/api/v1/collections", new { metrics = new[] { "server", "wal" } }, Cancellation);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        }

        await collector.TerminateAsync();
        Assert.Equal(0, await collector.ExitAsync(TimeSpan.FromSeconds(30)));
    }

    private static Dictionary<string, string> Settings(LocalServer server) => new()
    {
        ["Targets:0:Name"] = "name",
        ["Targets:0:ConnectionString"] = server.ConnectionString(),
    };

    private static async Task<JsonElement> GetAsync(ServiceProcess collector, string path) =>
        await collector.Client.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/{path}", UriKind.Relative), Cancellation);
}
