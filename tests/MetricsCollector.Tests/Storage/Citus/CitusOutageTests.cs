using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Status;
using static MetricsCollector.Tests.Storage.Composition.StorageServicesTests;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Citus;

/// <summary>A store of several machines, all but one of which go away and come back.</summary>
[Trait("PostgreSQL", "any")]
public sealed class CitusOutageTests
{
    private const string OnWorkers = "DO $$ BEGIN IF (SELECT groupid FROM pg_dist_local_group) > 0 THEN {0}; END IF; END $$";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collections_wait_while_the_workers_are_away_and_each_is_stored_once_when_they_are_back()
    {
        await using var database = await TestStore.CreateCitusDatabaseAsync();
        var role = await database.CreateRoleAsync(true, Cancellation);
        await using var store = TestStore.Over(database.ConnectionStringOf(role), distributed: true);
        await store.Schema.EnsureAsync(Cancellation);
        using var directory = new TemporaryDirectory();
        using var host = Host(store.ConnectionString, spool: directory.File("spool.db"));
        await host.StartAsync(Cancellation);
        var start = Now();
        await WriteAsync(host, Wide(start));
        await UntilAsync(host, report => report.WrittenCollections == 1);

        // As a server that is stopped: who was in is thrown out, and nobody comes in.
        await database.OnEveryNodeAsync(
            Text($"ALTER ROLE {role} NOLOGIN; PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"),
            Cancellation);
        for (var i = 1; i <= 20; i++)
        {
            await WriteAsync(host, Wide(start.AddSeconds(i)));
        }

        await UntilAsync(host, report => report is { State: StoreState.Unavailable, SpooledCollections: 20, QueuedCollections: 0 });
        Assert.Contains("is not permitted to log in", Status(host).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Status(host).Reason!);

        await database.OnEveryNodeAsync(Text($"ALTER ROLE {role} LOGIN"), Cancellation);
        await UntilAsync(
            host, report => report is { State: StoreState.Ready, WrittenCollections: 21, SpooledCollections: 0, DroppedCollections: 0 });
        await host.StopAsync(Cancellation);
        var instants = Enumerable.Range(0, 21).Select(i => start.AddSeconds(i));
        Assert.Equal(instants, (await store.ReadAsync()).Select(snapshot => snapshot.CollectedAt));
        Assert.Equal(21 * 20, await store.ScalarAsync<int>("SELECT count(*) FROM metrics_raw"));
        Assert.Equal(21, await store.ScalarAsync<int>("SELECT count(*) FROM collections"));
    }

    // Enough series for every node.
    private static CollectionRun Wide(DateTimeOffset at) =>
        Collected("a", at, Snapshot("m", ["count"], [.. Enumerable.Range(0, 20).Select(i => Row($"db{i}", at.Second + i))]));

    private static string Text(string statements) => OnWorkers.Replace("{0}", statements, StringComparison.Ordinal);
}
