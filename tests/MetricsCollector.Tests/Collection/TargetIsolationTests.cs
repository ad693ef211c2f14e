using System.Net;
using System.Net.Http.Json;
using MetricsCollector.Assignment;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Storage;
using MetricsCollector.Targets;
using MetricsCollector.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>A target that cannot be collected at all stops no other.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class TargetIsolationTests(CollectorApp app, PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_target_that_the_driver_refuses_is_told_and_the_others_are_made()
    {
        var services = app.Services;
        await using var collectors = new TargetCollectors(
            services.GetRequiredService<CollectionSettings>(),
            services.GetRequiredService<CatalogSource>(),
            services.GetRequiredService<ISnapshotWriter>(),
            services.GetRequiredService<CollectorClocks>(),
            TimeProvider.System,
            NullLogger<TargetCollector>.Instance);
        var multiplexing = new NpgsqlConnectionStringBuilder { Host = "x", Password = "hunter2-hunter2", Multiplexing = true };
        var bad = new Target("bad", multiplexing) { Version = "1" };
        var good = new Target("good", new NpgsqlConnectionStringBuilder(postgres.ConnectionString)) { Version = "1" };
        var (_, come) = await collectors.SetAsync([bad, good], _ => Task.CompletedTask);
        Assert.Contains("good", come);
        Assert.NotNull(collectors.Find("good"));
        Assert.Null(collectors.Find("bad"));
        Assert.StartsWith("target bad cannot be collected", Assert.Single(collectors.Problems), StringComparison.Ordinal);

        // Tried once, until it changes or goes.
        Assert.Empty((await collectors.SetAsync([bad, good], _ => Task.CompletedTask)).Come);
        await collectors.SetAsync([good], _ => Task.CompletedTask);
        Assert.Empty(collectors.Problems);
    }

    [Fact]
    public async Task One_that_was_saved_before_it_would_be_refused_is_told_and_the_others_are_watched()
    {
        var saved = app.Services.GetRequiredService<SavedTargetSet>();
        await saved.SaveAsync("saved-bad", new TargetDocument { ConnectionString = "Host=x;Multiplexing=true" }, Cancellation);
        using var client = app.CreateClient();
        try
        {
            using var put = await client.PutAsJsonAsync(
                "/api/v1/targets/saved-good",
                new
                {
                    connectionString = postgres.ConnectionString,
                    metrics = new[] { "up" },
                    intervals = new Dictionary<string, string> { ["*"] = "1s" },
                },
                Cancellation);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
            await Eventually.TrueAsync(
                async () => (await app.GetAsync("/api/v1/targets/saved-good")).GetProperty("status").GetString() == "up",
                "the good one is watched");
            Assert.Contains(
                "target saved-bad: ConnectionString", (await app.GetAsync("/api/v1/status")).ToString(), StringComparison.Ordinal);
        }
        finally
        {
            using var good = await client.DeleteAsync(new Uri("/api/v1/targets/saved-good", UriKind.Relative), CancellationToken.None);
            using var bad = await client.DeleteAsync(new Uri("/api/v1/targets/saved-bad", UriKind.Relative), CancellationToken.None);
        }
    }
}
