using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>The whole way, from a server of each major version to the answers of the API; the store is on a server of its own.</summary>
[Trait("PostgreSQL", "each")]
public sealed class WatchedServerTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Majors => [.. TestMajors.All];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_server_is_watched_lost_and_found_again(int major)
    {
        await using var watched = await LocalServer.StartAsync(new LocalServerOptions { FromTemplate = true, Major = major }, Cancellation);
        await using var store = await postgres.CreateDatabaseAsync();
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(builder => Configure(builder, watched, store));
        using var client = app.CreateClient();

        await Eventually.TrueAsync(() => IsReadyAsync(client), "the service is ready");
        foreach (var metric in (string[])["activity", "checkpointer", "database", "database_size", "bgwriter", "wal", "server", "up"])
        {
            Assert.Equal("ok", await OutcomeAsync(client, metric));
        }

        Assert.Equal(major >= 16 ? "ok" : "skipped", await OutcomeAsync(client, "io"));
        // 18.4, or 19rc1.
        Assert.Matches($"^{major}[^0-9]", (await TargetAsync(client)).GetProperty("version").GetString());
        await using var source = NpgsqlDataSource.Create(store.ConnectionString);
        await Eventually.TrueAsync(() => CommitsDifferAsync(source), "two readings of xact_commit differ");

        await watched.KillAsync(Cancellation);
        await Eventually.TrueAsync(async () => await StatusAsync(client) == "down", "the target is down");
        Assert.Contains("127.0.0.1", (await TargetAsync(client)).GetProperty("reason").GetString(), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await UpAsync(client) == 0, "up reads 0");
        var status = await client.GetStringAsync(new Uri("/api/v1/status", UriKind.Relative), Cancellation);
        Assert.Contains("is down", status, StringComparison.Ordinal);
        Assert.DoesNotContain(watched.SuperuserPassword, status, StringComparison.Ordinal);

        await watched.StartAgainAsync(Cancellation);
        await Eventually.TrueAsync(async () => await StatusAsync(client) == "up" && await UpAsync(client) == 1, "the target is up again");
        await Eventually.TrueAsync(async () => await OutcomeAsync(client, "database") == "ok", "its metrics are read again");
    }

    private static void Configure(IWebHostBuilder builder, LocalServer watched, TestDatabase store)
    {
        builder.UseSetting("ConnectionStrings:Store", store.ConnectionString);
        builder.UseSetting("Storage:Spool:MaxBytes", "0");
        builder.UseSetting("Targets:0:Name", "watched");
        builder.UseSetting("Targets:0:ConnectionString", watched.ConnectionString());
        builder.UseSetting("Collection:Interval", "4s");
    }

    private static async Task<bool> IsReadyAsync(HttpClient client) =>
        (await client.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation)).IsSuccessStatusCode;

    private static Task<JsonElement> TargetAsync(HttpClient client) =>
        client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/targets/watched", UriKind.Relative), Cancellation);

    private static async Task<string?> StatusAsync(HttpClient client) => (await TargetAsync(client)).GetProperty("status").GetString();

    private static async Task<JsonElement> LatestAsync(HttpClient client, string metric) =>
        (await client.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/snapshots/latest?metric={metric}", UriKind.Relative), Cancellation))
            .GetProperty("items")[0];

    private static async Task<string?> OutcomeAsync(HttpClient client, string metric) =>
        (await LatestAsync(client, metric)).GetProperty("outcome").GetString();

    private static async Task<double> UpAsync(HttpClient client) =>
        (await LatestAsync(client, "up")).GetProperty("rows")[0].GetProperty("values").GetProperty("up").GetDouble();

    private static async Task<bool> CommitsDifferAsync(NpgsqlDataSource store)
    {
        await using var command = store.CreateCommand(
            "SELECT count(DISTINCT value) > 1 FROM metrics WHERE metric = 'database' AND field = 'xact_commit' AND labels->>'datname' = "
                + "'postgres'");
        return await command.ExecuteScalarAsync(Cancellation) is true;
    }
}
