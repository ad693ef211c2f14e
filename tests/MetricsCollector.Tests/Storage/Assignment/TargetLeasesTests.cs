using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Assignment;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite.Assignment;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Tests.Storage.Assignment;

[Trait("PostgreSQL", "any")]
public sealed class TargetLeasesTests(PostgresFixture postgres)
{
    private static readonly string[] Targets = [.. Enumerable.Range(0, 10).Select(i => $"t{i}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_collector_holds_everything()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var leases = Leases(database, "one");
        var view = await leases.ReconcileAsync(Targets, Cancellation);
        Assert.Equal(Targets, view.Held.Order());
        Assert.Equal([new CollectorPresence("one", 10, true)], view.Collectors);
        Assert.All(Targets, target => Assert.Equal("one", view.Holders[target]));
    }

    [Fact]
    public async Task Two_collectors_come_to_equal_shares_and_never_hold_the_same()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var one = Leases(database, "one");
        await using var two = Leases(database, "two");
        await one.ReconcileAsync(Targets, Cancellation);
        Assert.Empty((await two.ReconcileAsync(Targets, Cancellation)).Held);
        var view = await one.ReconcileAsync(Targets, Cancellation);
        Assert.Equal(5, view.Surplus.Count);
        await one.ReleaseAsync(view.Surplus, Cancellation);
        var second = await two.ReconcileAsync(Targets, Cancellation);
        var first = await one.ReconcileAsync(Targets, Cancellation);
        Assert.Equal((5, 5), (first.Held.Count, second.Held.Count));
        Assert.Empty(first.Held.Intersect(second.Held));
        Assert.Equal([new CollectorPresence("one", 5, true), new CollectorPresence("two", 5, false)], first.Collectors);
    }

    [Fact]
    public async Task A_collector_that_ends_is_taken_over_from_at_the_next_look()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var one = Leases(database, "one");
        await using (var two = Leases(database, "two"))
        {
            await two.ReconcileAsync(Targets, Cancellation);
            Assert.Empty((await one.ReconcileAsync(Targets, Cancellation)).Held);
        }

        await Eventually.TrueAsync(
            async () => (await one.ReconcileAsync(Targets, Cancellation)).Held.Count == 10, "the other's targets are taken over");
    }

    [Fact]
    public async Task Collectors_that_know_different_targets_share_what_both_know()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var one = Leases(database, "one");
        await using var two = Leases(database, "two");
        Assert.Equal(10, (await one.ReconcileAsync(Targets, Cancellation)).Held.Count);
        Assert.Equal(["new"], (await two.ReconcileAsync([.. Targets, "new"], Cancellation)).Held);
        Assert.Empty((await one.ReconcileAsync(Targets, Cancellation)).Surplus);
    }

    [Fact]
    public async Task A_collector_that_lost_its_connection_takes_back_what_it_held_and_gives_up_what_another_has()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var one = Leases(database, "one");
        await using var two = Leases(database, "two");
        await one.ReconcileAsync(Targets, Cancellation);
        await EndLeasesAsync(database);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => one.ReconcileAsync(Targets, Cancellation));
        Assert.Equal(10, (await one.ReconcileAsync(Targets, Cancellation)).Held.Count);

        await EndLeasesAsync(database);
        Assert.Equal(10, (await two.ReconcileAsync(Targets, Cancellation)).Held.Count);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => one.ReconcileAsync(Targets, Cancellation));
        Assert.Empty((await one.ReconcileAsync(Targets, Cancellation)).Held);
    }

    [Fact]
    public async Task A_file_has_one_collector_and_the_next_waits_for_it()
    {
        using var directory = new TemporaryDirectory();
        var file = new SqliteFile(directory.File("store.db"));
        await using var second = new FileTargetLeases(file, new LeaseName("second"));
        await using (var first = new FileTargetLeases(file, new LeaseName("first")))
        {
            Assert.Equal(10, (await first.ReconcileAsync(Targets, Cancellation)).Held.Count);
            var view = await second.ReconcileAsync(Targets, Cancellation);
            Assert.Empty(view.Held);
            Assert.Contains("Storage:Path", view.Passive, StringComparison.Ordinal);
        }

        Assert.Equal(10, (await second.ReconcileAsync(Targets, Cancellation)).Held.Count);
    }

    private static PostgresTargetLeases Leases(TestDatabase database, string name) =>
        new(
            Options.Create(new StoreConnectionOptions { ConnectionString = database.ConnectionString }), new LeaseName(name),
            TimeProvider.System);

    private static async Task EndLeasesAsync(TestDatabase database)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE "
                + "'mc-lease%'");
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
