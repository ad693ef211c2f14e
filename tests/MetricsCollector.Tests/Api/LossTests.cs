using System.Text.Json;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Assignment;
using MetricsCollector.Storage.Settings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Api;

/// <summary>Nothing is lost, and nobody is left alone, while the state is ok.</summary>
[Trait("PostgreSQL", "any")]
public sealed class LossTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_store_refuses_or_cannot_hold_degrades_the_state_and_is_told_in_the_snapshot()
    {
        await using var app = new CollectorApp(postgres);
        await app.InitializeAsync();
        Assert.Equal("ok", (await app.GetAsync("/api/v1/status")).GetProperty("state").GetString());
        var now = TimeProvider.System.GetUtcNow();
        var tooLong = Labels([.. Enumerable.Range(0, 9).Select(i => ($"label{i}", new string('x', 250)))]);
        await app.Services.GetRequiredService<ISnapshotWriter>().WriteAsync(
            [
                Collected("elsewhere", now, Snapshot("refused", ["value"], Row("zero \0 byte", 1))),
                Collected("elsewhere", now.AddMilliseconds(1), Snapshot("left_out", ["value"], new SnapshotRow(tooLong, [1]))),
            ],
            Cancellation);

        JsonElement status = default;
        await Eventually.TrueAsync(
            async () =>
            {
                status = await app.GetAsync("/api/v1/status");
                var store = status.GetProperty("store");
                return store.GetProperty("refusedPasses").GetInt64() == 1 && store.GetProperty("leftOutRows").GetInt64() == 1;
            },
            "the store has seen both");
        Assert.Equal("degraded", status.GetProperty("state").GetString());
        var reasons = status.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!).ToList();
        Assert.Contains(
            reasons, reason => reason.StartsWith("1 collection was refused by the store and lost", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.StartsWith("1 rows were not stored", StringComparison.Ordinal));
        var latest = await app.GetAsync("/api/v1/snapshots/latest?metric=up");
        Assert.Equal("ok", latest.GetProperty("items")[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_target_that_nobody_collects_degrades_the_state_after_three_intervals()
    {
        await using var app = new UncollectedApp(postgres);
        await app.InitializeAsync();
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/status")) is var status
                && status.GetProperty("state").GetString() == "degraded"
                && status.GetProperty("reasons").EnumerateArray().Any(reason =>
                    reason.GetString()!.StartsWith("target test-server has not been collected in the ", StringComparison.Ordinal)
                    && reason.GetString()!.EndsWith("collector other holds it", StringComparison.Ordinal)),
            "the status names the target and who holds it");
    }

    /// <summary>The service beside a collector that holds its target and does not collect it.</summary>
    private sealed class UncollectedApp(PostgresFixture postgres) : WebApplicationFactory<Program>
    {
        private TestDatabase? _store;
        private PostgresTargetLeases? _other;

        public async Task InitializeAsync()
        {
            _store = await postgres.CreateDatabaseAsync();
            _other = new PostgresTargetLeases(
                Options.Create(new StoreConnectionOptions { ConnectionString = _store.ConnectionString }), new LeaseName("other"),
                TimeProvider.System);
            Assert.Equal([CollectorApp.Target], (await _other.ReconcileAsync([CollectorApp.Target], Cancellation)).Held);
        }

        public async Task<JsonElement> GetAsync(string path)
        {
            using var client = CreateClient();
            return JsonElement.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation));
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await (_other?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (_store?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("ConnectionStrings:Store", _store!.ConnectionString);
            builder.UseSetting("Storage:Spool:MaxBytes", "0");
            builder.UseSetting("Targets:0:Name", CollectorApp.Target);
            builder.UseSetting("Targets:0:ConnectionString", postgres.ConnectionString);
            builder.UseSetting("Collection:Interval", "1s");
        }
    }
}
