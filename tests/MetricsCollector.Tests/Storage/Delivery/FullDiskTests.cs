using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using static MetricsCollector.Tests.Storage.Composition.StorageServicesTests;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Delivery;

/// <summary>Disks that are really full: what is collected waits, the status says why, and all of it is stored once there is room
/// again.</summary>
[Trait("PostgreSQL", "any")]
public sealed class FullDiskTests
{
    private const int Waiting = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Snapshots_wait_in_the_spool_while_the_disk_of_a_postgresql_store_is_full()
    {
        await using var disk = await SmallDisk.MountAsync(40);
        await using var server = await StartAsync();
        await using (var admin = TestStore.Over(server.ConnectionString()))
        {
            // The log of the server is on another disk, so that the server itself lives on.
            await admin.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{await disk.DirectoryLikeAsync("store", server.DataDirectory)}'");
            await admin.ExecuteAsync("CREATE DATABASE store TABLESPACE small");
        }

        using var directory = new TemporaryDirectory();
        using var host = Host(
            new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Database = "store" }.ToString(),
            spool: directory.File("spool.db"));
        var start = Now();
        await StoreOneAsync(host, start);

        disk.Fill();
        await CollectAsync(host, start);
        await UntilAsync(host, report => report is { State: StoreState.Unavailable, SpooledCollections: Waiting, QueuedCollections: 0 });
        Assert.Contains("No space left on device", Status(host).Reason, StringComparison.Ordinal);

        disk.Free();
        await CompareAsync(host, start);
    }

    [Fact]
    public async Task Snapshots_wait_while_the_disk_of_a_file_store_is_full()
    {
        await using var disk = await SmallDisk.MountAsync(60);
        using var host = Host(string.Empty, path: disk.File("store.db"));
        var start = Now();
        await StoreOneAsync(host, start);

        disk.Fill();
        await CollectAsync(host, start);
        await UntilAsync(host, report => report is { State: StoreState.Unavailable, QueuedCollections: Waiting });
        Assert.Contains(disk.File("store.db"), Status(host).Reason, StringComparison.Ordinal);
        Assert.Contains("free space", Status(host).Reason, StringComparison.Ordinal);

        disk.Free();
        await CompareAsync(host, start);
    }

    [Fact]
    public async Task Snapshots_wait_in_memory_while_the_disk_of_the_spool_is_full_and_the_store_is_away()
    {
        await using var disk = await SmallDisk.MountAsync(20);
        await using var server = await StartAsync();
        using var host = Host(server.ConnectionString(), spool: disk.File("spool.db"));
        var start = Now();
        await StoreOneAsync(host, start);

        await server.KillAsync(Cancellation);
        disk.Fill();
        await CollectAsync(host, start);
        await UntilAsync(
            host,
            report => report is
            {
                State: StoreState.Unavailable,
                SpoolReason: not null,
                SpooledCollections: 0,
                QueuedCollections: Waiting,
            });
        Assert.Contains(disk.File("spool.db"), Status(host).SpoolReason, StringComparison.Ordinal);

        disk.Free();
        await UntilAsync(host, report => report is { SpooledCollections: Waiting, QueuedCollections: 0, SpoolReason: null });
        await server.StartAgainAsync(Cancellation);
        await CompareAsync(host, start);
    }

    private static async Task StoreOneAsync(IHost host, DateTimeOffset at)
    {
        await host.StartAsync(Cancellation);
        await WriteAsync(host, Wide(at, 0));
        await UntilAsync(host, report => report is { State: StoreState.Ready, WrittenCollections: 1 });
    }

    private static async Task CollectAsync(IHost host, DateTimeOffset start)
    {
        for (var i = 1; i <= Waiting; i++)
        {
            await WriteAsync(host, Wide(start, i));
        }
    }

    private static async Task CompareAsync(IHost host, DateTimeOffset start)
    {
        await UntilAsync(
            host,
            report => report is { State: StoreState.Ready, WrittenCollections: Waiting + 1, SpooledCollections: 0, QueuedCollections: 0 });
        Assert.Equal((0, null), (Status(host).DroppedCollections, Status(host).Reason));
        var reader = host.Services.GetRequiredService<ISnapshotReader>();
        var read = await reader.ReadSnapshotsAsync(
            new SnapshotRange(new SeriesFilter("a"), start, start.AddHours(1), false, 1_000), Cancellation);
        Assert.Equal(Enumerable.Range(0, Waiting + 1).Select(i => (double?)i), read.Select(snapshot => snapshot.Rows[0].Readings[0]));
        Assert.All(read, snapshot => Assert.Equal(300, snapshot.Rows.Count));
        await host.StopAsync(Cancellation);
    }

    // More than the room in pages that a table already has.
    private static CollectionRun Wide(DateTimeOffset start, int i) =>
        Collected(
            "a", start.AddSeconds(i),
            Snapshot("m", ["value", "noise"], [.. Enumerable.Range(0, 300).Select(row => Row($"db{row}", i, Math.Sin((i * 300) + row)))]));

    private static async Task<LocalServer> StartAsync()
    {
        try
        {
            // What this server acknowledges survives KillAsync.
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
