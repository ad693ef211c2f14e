using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>A store behind a PgBouncer.</summary>
[Trait("PostgreSQL", "any")]
public sealed class PooledStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pool_that_shares_sessions_stores_and_status_says_that_nobody_knows_who_collects_what()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "transaction");
        using var directory = new TemporaryDirectory();

        // With so few connections the store itself has none to compare sessions with.
        await using var service = ServiceProcess.Start(
            directory, Settings($"{pooler.ConnectionString};Maximum Pool Size=3", database, "one", directory));
        await service.ReadyAsync();
        await Eventually.TrueAsync(
            async () => (await StatusAsync(service)).GetProperty("reasons").EnumerateArray().Any(reason =>
                reason.GetString()!.StartsWith("the store does not say which collector collects what: ", StringComparison.Ordinal)
                && reason.GetString()!.Contains("pool in session mode", StringComparison.Ordinal)),
            "status tells");
        var status = await StatusAsync(service);
        Assert.Equal(
            ("degraded", "ready"),
            (status.GetProperty("state").GetString(), status.GetProperty("store").GetProperty("state").GetString()));
        await Eventually.TrueAsync(
            async () => (await StatusAsync(service)).GetProperty("store").GetProperty("writtenPasses").GetInt64() > 0,
            "it collects and stores");
    }

    [Fact]
    public async Task Behind_a_pool_that_keeps_sessions_a_collector_takes_over_from_one_that_was_killed()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "session", "default_pool_size = 40");
        using var directory = new TemporaryDirectory();
        await using var stays = ServiceProcess.Start(directory, Settings(pooler.ConnectionString, database, "stays", directory));
        await stays.ReadyAsync();
        await using (ServiceProcess.Start(directory, Settings(pooler.ConnectionString, database, "dies", directory)))
        {
            await Eventually.TrueAsync(async () => await HeldAsync(stays) == "dies 1, stays 1", "both hold a target");
        }

        await Eventually.TrueAsync(async () => await HeldAsync(stays) == "stays 2", "who stays holds both");
    }

    private static Dictionary<string, string> Settings(string store, TestDatabase watched, string name, TemporaryDirectory directory)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Store"] = store,
            ["Collection:Name"] = name,
            ["Storage:Spool:Path"] = directory.File($"{name}.db"),
            ["Log:Path"] = directory.File($"{name}.log"),
        };
        foreach (var target in new[] { 0, 1 })
        {
            settings[$"Targets:{target}:Name"] = $"t{target}";
            settings[$"Targets:{target}:ConnectionString"] = watched.ConnectionString;
            settings[$"Targets:{target}:Metrics:0"] = "up";
            settings[$"Targets:{target}:Intervals:*"] = "1s";
        }

        return settings;
    }

    private static async Task<JsonElement> StatusAsync(ServiceProcess service) =>
        await service.Client.GetFromJsonAsync<JsonElement>("/api/v1/status", Cancellation);

    private static async Task<string> HeldAsync(ServiceProcess service) => string.Join(
        ", ",
        (await StatusAsync(service)).GetProperty("collectors").EnumerateArray()
            .Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("targets").GetInt32()}").Order(StringComparer.Ordinal));
}
