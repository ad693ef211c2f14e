using MetricsCollector.Tests.Storage.Composition;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Sqlite.Maintenance;
using MetricsCollector.Storage.Sqlite.Read;
using MetricsCollector.Storage.Sqlite.Schema;
using MetricsCollector.Storage.Sqlite.Write;
using MetricsCollector.Storage.Status;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Delivery;

/// <summary>A clock that was ahead once: no history is removed by it, and the newest snapshots are those of the present again.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ClockAheadTests(PostgresFixture postgres)
{
    private static readonly RetentionPolicy Policy = new(new Duration(TimeSpan.FromDays(30)), new Dictionary<string, Duration>());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_keeps_its_history_until_the_clock_was_right_for_a_day()
    {
        using var store = new SqliteTestStore();
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var time = new FakeTimeProvider(now);
        using var writer = new SqliteSnapshotWriter(store.File, store.Status, NullLogger<SqliteSnapshotWriter>.Instance);
        for (var hours = 72; hours >= 0; hours--)
        {
            await writer.WriteAsync([Collected("a", now.AddHours(-hours), Value("up", 1))], Cancellation);
        }

        var file = new SqliteStore(
            writer, new SqliteSchema(store.File), new SqliteRetention(store.File), new SqliteSize(store.File), store.Status, time);
        var clock = new RetentionClock(file, new SqliteSnapshotReader(store.File, time), time);
        Assert.Equal((TimeSpan.Zero, null), await clock.ReadAsync(Policy, Cancellation));

        time.Advance(TimeSpan.FromDays(400));
        await writer.WriteAsync([Collected("a", time.GetUtcNow(), Value("up", 2))], Cancellation);
        await KeepAsync();
        Assert.Equal(74, store.Scalar<int>("SELECT count(*) FROM metrics_raw"));
        Assert.Contains("jumped ahead", (await clock.ReadAsync(Policy, Cancellation)).Reason, StringComparison.Ordinal);

        // Also after a restart: the file alone tells.
        Assert.NotNull(
            (await new RetentionClock(file, new SqliteSnapshotReader(store.File, time), time).ReadAsync(Policy, Cancellation)).Reason);

        // A collector that was off for a year goes by its clock a day later.
        for (var hours = 1; hours <= 30; hours++)
        {
            time.Advance(TimeSpan.FromHours(1));
            await writer.WriteAsync([Collected("a", time.GetUtcNow(), Value("up", 3))], Cancellation);
        }

        await KeepAsync();
        Assert.Equal(31, store.Scalar<int>("SELECT count(*) FROM metrics_raw"));

        async Task KeepAsync() => await file.KeepAsync(Policy.Extended((await clock.ReadAsync(Policy, Cancellation)).Ahead), Cancellation);
    }

    [Fact]
    public async Task A_PostgreSQL_store_goes_by_its_own_clock_where_the_collectors_is_ahead()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using (var store = TestStore.Over(database.ConnectionString))
        {
            await store.Schema.EnsureAsync(Cancellation);
            await store.WriteAsync(Collected("a", time.GetUtcNow().AddDays(-3), Value("up", 1)));
        }

        time.Advance(TimeSpan.FromDays(400));
        using var host = StorageServicesTests.Host(database.ConnectionString, "30d", time: time);
        await host.StartAsync(Cancellation);
        await Eventually.TrueAsync(
            () => Task.FromResult(host.Services.GetRequiredService<StoreStatus>()
                .Read() is { Size: not null, RetentionReason: not null }), "the store was kept");
        await host.StopAsync(Cancellation);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var count = source.CreateCommand("SELECT count(*) FROM metrics");
        Assert.Equal(1L, await count.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task A_store_whose_clock_jumps_with_the_collectors_keeps_its_history()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var time = new JumpingTime(TimeProvider.System.GetUtcNow());
        var store = new SameClockStore(time);
        await using var stored = TestStore.Over(database.ConnectionString);
        await stored.Schema.EnsureAsync(Cancellation);
        var clock = new RetentionClock(store, stored.Reader, time);
        time.Advance(TimeSpan.FromDays(3));
        Assert.Equal((TimeSpan.Zero, null), await clock.ReadAsync(Policy, Cancellation));

        // Hours count as well as years, together until they are believed.
        time.Jump(TimeSpan.FromHours(5));
        var (ahead, reason) = await clock.ReadAsync(Policy, Cancellation);
        Assert.Equal(TimeSpan.FromHours(5), ahead);
        Assert.Contains("went ahead by 5h while the collector ran", reason, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromHours(2));
        time.Jump(TimeSpan.FromDays(400));
        Assert.Equal(TimeSpan.FromDays(400) + TimeSpan.FromHours(5), (await clock.ReadAsync(Policy, Cancellation)).Ahead);

        // Set right again, nothing is held back.
        time.Jump(TimeSpan.FromDays(-400) - TimeSpan.FromHours(5));
        Assert.Equal((TimeSpan.Zero, null), await clock.ReadAsync(Policy, Cancellation));

        time.Jump(TimeSpan.FromDays(40));
        time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(TimeSpan.FromDays(40), (await clock.ReadAsync(Policy, Cancellation)).Ahead);
        time.Advance(TimeSpan.FromHours(25));
        Assert.Equal((TimeSpan.Zero, null), await clock.ReadAsync(Policy, Cancellation));
    }

    [Fact]
    public async Task History_that_is_held_back_degrades_the_state()
    {
        using var directory = new TemporaryDirectory();
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("Storage:Path", directory.File("store.db"));
            builder.UseSetting("Storage:KeyDirectory", directory.File("keys"));
            builder.UseSetting("Storage:Spool:MaxBytes", "0");
            builder.UseSetting("Targets:0:Name", "watched");
            builder.UseSetting("Targets:0:ConnectionString", postgres.ConnectionString);
            builder.UseSetting("Targets:0:Metrics:0", "up");
        });
        using var client = app.CreateClient();
        var status = app.Services.GetRequiredService<StoreStatus>();
        await Eventually.TrueAsync(
            async () => status.Read().Size is not null && (await StatusAsync()).GetProperty("state").GetString() == "ok",
            "the store was kept once, and all is well");

        // The next look is minutes away.
        status.HoldsRetention("this machine's clock went ahead");
        var answer = await StatusAsync();
        Assert.Equal("degraded", answer.GetProperty("state").GetString());
        Assert.Contains(
            "expired history is not removed: this machine's clock went ahead",
            answer.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()));

        Task<JsonElement> StatusAsync() =>
            client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/status", UriKind.Relative), Cancellation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Snapshots_of_the_future_are_not_the_latest_after_a_restart(bool inPostgres)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        CollectionRun[] collections =
        [
            Collected(
                "a",
                now.AddMinutes(-1),
                Value("up", 1)), Collected("a", now.AddDays(40), Value("up", 2)), Collected("b", now.AddHours(1), Value("up", 3)),
        ];
        IReadOnlyList<Snapshot> latest;
        if (inPostgres)
        {
            await using var store = await TestStore.CreateAsync(postgres);
            await store.WriteAsync(collections);
            latest = await store.Reader.ReadLatestAsync(Cancellation);
        }
        else
        {
            await using var store = new SqliteTestStore();
            await store.NewWriter().WriteAsync(collections, Cancellation);
            latest = await store.Reader.ReadLatestAsync(Cancellation);
        }

        Assert.Equal(
            [("a", now.AddMinutes(-1)), ("b", now.AddHours(1))], latest.Select(snapshot => (snapshot.Target, snapshot.CollectedAt)));
    }

    [Fact]
    public void What_is_collected_now_replaces_what_a_clock_far_ahead_left_in_memory()
    {
        var latest = new LatestSnapshots();
        latest.Update(Collected("a", Noon.AddDays(40), Value("up", 1)));
        latest.Update(Collected("a", Noon, Value("up", 2)));
        Assert.Equal(Noon, latest.Find("a", "up")!.CollectedAt);
        latest.Update(Collected("a", Noon.AddMinutes(-1), Value("up", 3)));
        Assert.Equal(Noon, latest.Find("a", "up")!.CollectedAt);
    }
}
