using System.Globalization;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Postgres.Schema;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Composition;

/// <summary>The store as the service runs it.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StorageServicesTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_connection_string_the_store_is_a_file()
    {
        using var directory = new TemporaryDirectory();
        var at = Now();
        using (var before = Host(string.Empty, path: directory.File("data/store.db")))
        {
            await before.StartAsync(Cancellation);
            await WriteAsync(before, Collected("a", at, Value("up", 1)));
            await UntilAsync(before, report => report is { State: StoreState.Ready, WrittenCollections: 1 });
            await WriteAsync(before, Collected("a", at.AddSeconds(1), Value("up", 2)));
            await before.StopAsync(Cancellation);
        }

        using var host = Host(null, path: directory.File("data/store.db"));
        await host.StartAsync(Cancellation);
        await UntilAsync(host, report => report.State == StoreState.Ready);
        Assert.Equal(2, host.Services.GetRequiredService<LatestSnapshots>().Find("a", "up")!.Rows[0].Readings[0]);
        Assert.Equal(
            2, (await host.Services.GetRequiredService<ISnapshotReader>().ReadCollectionsAsync("a", null, 10, Cancellation)).Count);
        await host.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("Host=a;Password=hunter2;Nonsense", null, "in none of the forms that are read")]
    [InlineData("Host=a", "10m", "write 1h or more")]
    public async Task Wrong_settings_end_the_start_with_the_remedy(string? connection, string? retention, string remedy)
    {
        using var host = Host(connection, retention);
        var refused = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        Assert.Contains(remedy, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is an SQLite file")]
    [InlineData("Host=a", null)]
    public void Only_a_PostgreSQL_store_can_be_distributed(string connection, string? refusal)
    {
        var configuration = new ConfigurationManager { ["ConnectionStrings:Store"] = connection };
        var result = new StorageOptionsValidator(configuration).Validate(null, new StorageOptions { Distributed = true });
        Assert.Equal(refusal is not null, result.Failed);
        Assert.Contains(refusal ?? string.Empty, result.FailureMessage ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_of_single_metrics_is_read_checked_and_told()
    {
        using var directory = new TemporaryDirectory();
        using var wrong = Host(null, path: directory.File("store.db"), metricRetention: ("statements", "5m"));
        var refused = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => wrong.StartAsync(Cancellation));
        Assert.Contains(
            "Storage:MetricRetention:statements is 5m, which is less than an hour: write 1h or more", refused.Message,
            StringComparison.Ordinal);

        using var host = Host(null, path: directory.File("store.db"), metricRetention: ("statement*", "7d"));
        await host.StartAsync(Cancellation);
        Assert.Equal("30d", Status(host).Retention!.Default);
        Assert.Equal("7d", Status(host).Retention!.Metrics["statement*"]);
        Assert.Equal(TimeSpan.FromDays(7), host.Services.GetRequiredService<RetentionPolicy>().Of("statements"));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task What_is_written_is_the_latest_at_once_and_stored_soon()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var host = Host(database.ConnectionString);
        await host.StartAsync(Cancellation);
        var now = Now();
        await WriteAsync(host, Collected("a", now, Value("up", 1)));
        Assert.Equal(1, host.Services.GetRequiredService<LatestSnapshots>().Find("a", "up")!.Rows[0].Readings[0]);

        // A collection is written before it has left the queue.
        await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenCollections: 1, QueuedCollections: 0, QueuedRows: 0 });
        Assert.Equal(SchemaMigration.All.Count, Status(host).SchemaVersion);
        var stored = await host.Services.GetRequiredService<ISnapshotReader>().ReadLatestAsync(Cancellation);
        Assert.Equal(now, Assert.Single(stored).CollectedAt);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_stop_from_two_sides_stores_what_waits_and_ends()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var host = Host(database.ConnectionString);
        await host.StartAsync(Cancellation);
        await UntilAsync(host, report => report.State == StoreState.Ready);
        var queue = host.Services.GetRequiredService<DeliveryQueue>();
        Task stops;
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
        await using (var connection = await source.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            await using var command = new NpgsqlCommand("LOCK TABLE collections", connection);
            await command.ExecuteNonQueryAsync(Cancellation);
            await WriteAsync(host, Collected("a", Now(), Value("up", 1)));
            await Eventually.TrueAsync(
                () => Task.FromResult(queue.Overdue(TimeSpan.Zero, 100).Count == 0), "the first collection is being written");
            await WriteAsync(host, Collected("b", Now(), Value("up", 1)));
            var flushing = host.Services.GetServices<IHostedService>().OfType<DeliveryService>().Single();
            stops = Task.WhenAll(flushing.StopAsync(Cancellation), flushing.StopAsync(Cancellation));
        }

        await stops.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.Equal((0, 2), (queue.Collections, Status(host).WrittenCollections));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_start_brings_back_the_latest_of_before()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using (var before = Host(database.ConnectionString))
        {
            await before.StartAsync(Cancellation);
            await WriteAsync(before, Collected("a", Now(), Value("up", 1)), Collected("b", Now(), Value("up", 2)));

            // Stopping stores what still waits.
            await before.StopAsync(Cancellation);
        }

        using var host = Host(database.ConnectionString);
        var newer = Collected("b", Now().AddMinutes(1), Value("up", 3));
        await WriteAsync(host, newer);
        await host.StartAsync(Cancellation);
        await UntilAsync(host, report => report.State == StoreState.Ready);
        var latest = host.Services.GetRequiredService<LatestSnapshots>();
        Assert.Equal(1, latest.Find("a", "up")!.Rows[0].Readings[0]);
        Assert.Same(newer.Snapshots[0], latest.Find("b", "up"));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_collection_that_the_store_refuses_costs_no_other()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var host = Host(database.ConnectionString);
        CollectionRun[] collections =
        [
            Collected("a", Now(), Value("up", 1)), Collected(
                "a", Now(), Snapshot("m", ["value"], Row("zero \0 byte", 1))), Collected("b", Now(), Value("up", 2)),
        ];
        await WriteAsync(host, collections);
        await host.StartAsync(Cancellation);
        await UntilAsync(host, report => report is { WrittenCollections: 2, RefusedCollections: 1, QueuedCollections: 0 });
        Assert.Equal(StoreState.Ready, Status(host).State);
        Assert.NotNull(Status(host).LastError);
        var latest = host.Services.GetRequiredService<LatestSnapshots>();
        Assert.Equal(
            (OutcomeStatus.Partial, OutcomeStatus.Ok), (latest.Find("a", "m")!.Outcome.Status, latest.Find("b", "up")!.Outcome.Status));
        Assert.Contains("the store refused it", latest.Find("a", "m")!.Outcome.Reason, StringComparison.Ordinal);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_newer_schema_is_a_state_of_the_store_and_does_not_end_the_service()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.ExecuteAsync("INSERT INTO schema_migrations (version, name) VALUES (99, 'from the future')");
        using var host = Host(store.ConnectionString);
        await host.StartAsync(Cancellation);
        await UntilAsync(host, report => report.State == StoreState.SchemaTooNew);
        Assert.Equal(99, Status(host).SchemaVersion);
        Assert.Contains("run the newer program", Status(host).Reason, StringComparison.Ordinal);
        await store.ExecuteAsync("DELETE FROM schema_migrations WHERE version = 99");
        await UntilAsync(host, report => report.State == StoreState.Ready);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Expired_partitions_go_soon_after_the_start()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        using var host = Host(store.ConnectionString, "2d");
        await host.StartAsync(Cancellation);
        await Eventually.TrueAsync(
            async () => await store.ScalarAsync<bool>(
                "SELECT to_regclass('metrics_raw_20250601_12') IS NULL AND to_regclass('collections_20250601') IS NULL"),
            "the partitions of the past are dropped");
        await host.StopAsync(Cancellation);
    }

    internal static IHost Host(
        string? connection, string? retention = null, string? path = null, string? spool = null, long spoolBytes = 1L << 30,
        (string Metric, string Retention)? metricRetention = null, TimeProvider? time = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ConnectionStrings:Store"] = connection;
        if (retention is not null)
        {
            builder.Configuration["Storage:Retention"] = retention;
        }

        if (path is not null)
        {
            builder.Configuration["Storage:Path"] = path;
        }

        if (metricRetention is var (metric, kept))
        {
            builder.Configuration[$"Storage:MetricRetention:{metric}"] = kept;
        }

        builder.Configuration["Storage:Spool:MaxBytes"] = spool is null ? "0" : spoolBytes.ToString(CultureInfo.InvariantCulture);
        if (spool is not null)
        {
            builder.Configuration["Storage:Spool:Path"] = spool;
        }

        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddStorage(builder.Configuration);
        return builder.Build();
    }

    internal static StoreReport Status(IHost host) => host.Services.GetRequiredService<StoreStatus>().Read();

    internal static Task UntilAsync(IHost host, Func<StoreReport, bool> condition) =>
        Eventually.TrueAsync(() => Task.FromResult(condition(Status(host))), "the store is as expected");

    internal static async Task WriteAsync(IHost host, params CollectionRun[] collections) =>
        await host.Services.GetRequiredService<ISnapshotWriter>().WriteAsync(collections, Cancellation);

    internal static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
}
