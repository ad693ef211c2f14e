using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static MetricsCollector.Tests.Storage.Composition.StorageServicesTests;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Delivery;

/// <summary>A store that goes away and comes back; each test has a server of its own.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StoreOutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collections_wait_while_the_store_is_down_and_are_all_stored_when_it_is_back()
    {
        await using var server = await StartAsync();
        using var directory = new TemporaryDirectory();
        using var host = Host(server.ConnectionString(), spool: directory.File("spool.db"));
        await host.StartAsync(Cancellation);
        var start = Now();
        await WriteAsync(host, Collected("a", start, Value("up", 0)));
        await UntilAsync(host, report => report.WrittenCollections == 1);

        await server.KillAsync(Cancellation);
        var last = Guid.Empty;
        for (var i = 1; i <= 200; i++)
        {
            var collection = Collected("a", start.AddSeconds(i), Value("up", i));
            last = collection.Id;
            await WriteAsync(host, collection);
        }

        var lastIsSafe = host.Services.GetRequiredService<DeliveryQueue>().LeavesAsync(last);
        await UntilAsync(host, report => report is { State: StoreState.Unavailable, SpooledCollections: 200, QueuedCollections: 0 });
        Assert.True(await lastIsSafe);
        Assert.DoesNotContain(server.SuperuserPassword, Status(host).Reason, StringComparison.Ordinal);
        var reader = host.Services.GetRequiredService<ISnapshotReader>();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => reader.ReadLatestAsync(Cancellation));

        await server.StartAgainAsync(Cancellation);
        await UntilAsync(
            host, report => report is { State: StoreState.Ready, WrittenCollections: 201, QueuedCollections: 0, SpooledCollections: 0 });
        var read = await reader.ReadSnapshotsAsync(
            new SnapshotRange(new SeriesFilter("a", "up"), start, start.AddHours(1), false, 1_000), Cancellation);
        Assert.Equal(Enumerable.Range(0, 201).Select(i => (double?)i), read.Select(snapshot => snapshot.Rows[0].Readings[0]));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task The_service_starts_before_its_store_and_does_not_end_without_it()
    {
        await using var server = await StartAsync();
        await server.StopAsync(Cancellation);
        using var directory = new TemporaryDirectory();
        using (var host = Host(server.ConnectionString(), spool: directory.File("spool.db")))
        {
            await host.StartAsync(Cancellation);
            await WriteAsync(host, Collected("a", Now(), Value("up", 1)));
            await UntilAsync(host, report => report.State == StoreState.Unavailable);
            await server.StartAgainAsync(Cancellation);
            await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenCollections: 1 });
            await server.StopAsync(Cancellation);
            await WriteAsync(host, Collected("a", Now(), Value("up", 2)));
            await host.StopAsync(Cancellation);
            Assert.Equal((0, 1), (Status(host).QueuedCollections, Status(host).SpooledCollections));
        }

        await server.StartAgainAsync(Cancellation);
        using var next = Host(server.ConnectionString(), spool: directory.File("spool.db"));
        await next.StartAsync(Cancellation);
        await UntilAsync(next, report => report is { State: StoreState.Ready, WrittenCollections: 1, SpooledCollections: 0 });
        await next.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData(
        "ALTER ROLE collector SET default_transaction_read_only = on",
        "ALTER ROLE collector RESET default_transaction_read_only",
        "read-only")]
    [InlineData("REVOKE INSERT ON collections FROM collector", "GRANT INSERT ON collections TO collector", "permission denied")]
    [InlineData("ALTER ROLE collector CONNECTION LIMIT 0", "ALTER ROLE collector CONNECTION LIMIT -1", "too many connections")]
    public async Task A_store_that_may_not_be_written_says_why_and_needs_no_restart_when_mended(string wrong, string right, string reason)
    {
        await using var server = await StartAsync();
        await using var admin = TestStore.Over(server.ConnectionString());
        await admin.ExecuteAsync("CREATE ROLE collector LOGIN PASSWORD 'c'; GRANT CREATE ON SCHEMA public TO collector");
        using var directory = new TemporaryDirectory();
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = "collector", Password = "c" }.ToString();
        using var host = Host(connection, spool: directory.File("spool.db"));
        await host.StartAsync(Cancellation);
        var start = Now();
        await WriteAsync(host, Collected("a", start, Value("up", 0)));
        await UntilAsync(host, report => report.WrittenCollections == 1);

        await admin.ExecuteAsync(wrong);
        await admin.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'collector'");
        for (var i = 1; i <= 10; i++)
        {
            await WriteAsync(host, Collected("a", start.AddSeconds(i), Value("up", i)));
        }

        await UntilAsync(host, report => report is { State: StoreState.Unavailable, SpooledCollections: 10 });
        Assert.Contains(reason, Status(host).Reason, StringComparison.Ordinal);
        await admin.ExecuteAsync(right);
        await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenCollections: 11, SpooledCollections: 0 });
        Assert.Equal(0, Status(host).DroppedCollections);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_database_that_was_made_anew_gets_its_schema_again()
    {
        await using var server = await StartAsync();
        using var host = Host(server.ConnectionString());
        await host.StartAsync(Cancellation);
        await WriteAsync(host, Collected("a", Now(), Value("up", 1)));
        await UntilAsync(host, report => report.WrittenCollections == 1);
        await using (var admin = TestStore.Over(server.ConnectionString()))
        {
            await admin.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }

        await WriteAsync(host, Collected("a", Now(), Value("up", 2)));
        await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenCollections: 2 });
        await host.StopAsync(Cancellation);
    }

    private static async Task<LocalServer> StartAsync()
    {
        try
        {
            // What these servers acknowledge survives KillAsync.
            var options = new LocalServerOptions
            {
                FromTemplate = true,
                Major = TestMajors.All[0],
                Settings = new Dictionary<string, string> { ["synchronous_commit"] = "on" },
            };
            return await LocalServer.StartAsync(options, Cancellation);
        }
        catch (PostgresNotFoundException exception) when (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }
}
