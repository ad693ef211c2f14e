using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Microsoft.Extensions.DependencyInjection;
using static MetricsCollector.Tests.Storage.StorageServicesTests;
using static MetricsCollector.Tests.Storage.TestPasses;

namespace MetricsCollector.Tests.Storage;

/// <summary>A store that goes away and comes back; each test has a server of its own.</summary>
public sealed class StoreOutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Passes_wait_while_the_store_is_down_and_are_all_stored_when_it_is_back()
    {
        await using var server = await StartAsync();
        using var host = Host(server.ConnectionString());
        await host.StartAsync(Cancellation);
        var start = Now();
        await WriteAsync(host, Pass("a", start, Value("up", 0)));
        await UntilAsync(host, report => report.WrittenPasses == 1);

        await server.KillAsync(Cancellation);
        for (var i = 1; i <= 20; i++)
        {
            await WriteAsync(host, Pass("a", start.AddSeconds(i), Value("up", i)));
        }

        await UntilAsync(host, report => report.State == StoreState.Unavailable);
        Assert.Equal(20, Status(host).QueuedPasses);
        Assert.DoesNotContain(server.SuperuserPassword, Status(host).Reason, StringComparison.Ordinal);
        var reader = host.Services.GetRequiredService<ISnapshotReader>();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => reader.ReadLatestAsync(Cancellation));

        await server.StartAgainAsync(Cancellation);
        await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenPasses: 21, QueuedPasses: 0 });
        var read = await reader.ReadSnapshotsAsync(new SnapshotRange(new SeriesFilter("a", "up"), start, start.AddHours(1), false, 100), Cancellation);
        Assert.Equal(Enumerable.Range(0, 21).Select(i => (double?)i), read.Select(snapshot => snapshot.Rows[0].Readings[0]));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task The_service_starts_before_its_store_and_does_not_end_without_it()
    {
        await using var server = await StartAsync();
        await server.StopAsync(Cancellation);
        using var host = Host(server.ConnectionString());
        await host.StartAsync(Cancellation);
        await WriteAsync(host, Pass("a", Now(), Value("up", 1)));
        await UntilAsync(host, report => report.State == StoreState.Unavailable);
        await server.StartAgainAsync(Cancellation);
        await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenPasses: 1 });
        await server.StopAsync(Cancellation);
        await WriteAsync(host, Pass("a", Now(), Value("up", 2)));
        await host.StopAsync(Cancellation);
        Assert.Equal(1, Status(host).QueuedPasses);
    }

    [Fact]
    public async Task A_database_that_was_made_anew_gets_its_schema_again()
    {
        await using var server = await StartAsync();
        using var host = Host(server.ConnectionString());
        await host.StartAsync(Cancellation);
        await WriteAsync(host, Pass("a", Now(), Value("up", 1)));
        await UntilAsync(host, report => report.WrittenPasses == 1);
        await using (var admin = TestStore.Over(server.ConnectionString()))
        {
            await admin.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }

        await WriteAsync(host, Pass("a", Now(), Value("up", 2)));
        await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenPasses: 2 });
        await host.StopAsync(Cancellation);
    }

    private static async Task<LocalServer> StartAsync()
    {
        try
        {
            // What these servers acknowledge survives KillAsync.
            var options = new LocalServerOptions { Major = TestMajors.All[0], Settings = new Dictionary<string, string> { ["synchronous_commit"] = "on" } };
            return await LocalServer.StartAsync(options, Cancellation);
        }
        catch (PostgresNotFoundException exception) when (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }
}
