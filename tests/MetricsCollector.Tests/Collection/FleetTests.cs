using System.Collections.Concurrent;
using System.Globalization;
using MetricsCollector.Assignment;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Assignment;
using MetricsCollector.Storage.Settings;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Tests.Collection;

/// <summary>A service that shares its targets with another collector of the same store.</summary>
[Trait("PostgreSQL", "any")]
public sealed class FleetTests(PostgresFixture postgres)
{
    private static readonly string[] Targets = [
        .. Enumerable.Range(0, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"t{i:00}"))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_gets_its_share_a_few_targets_at_a_time()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var released = new ConcurrentQueue<IReadOnlyCollection<string>>();
        await using var app = App(database, released);
        using var client = app.CreateClient();
        var fleet = app.Services.GetRequiredService<Fleet>();
        await Eventually.TrueAsync(() => Task.FromResult(fleet.State.Holders.Count == Targets.Length), "it holds all");
        await using var other = new PostgresTargetLeases(
            Options.Create(
                new StoreConnectionOptions { ConnectionString = database.ConnectionString }), new LeaseName("other"), TimeProvider.System);
        await Eventually.TrueAsync(
            async () => (await other.ReconcileAsync(Targets, Cancellation)).Held.Count == Targets.Length / 2, "the other has its half");

        // Eight collections at once, one of them over a new connection: two at a time.
        Assert.All(released, portion => Assert.InRange(portion.Count, 1, 2));
        Assert.Equal(Targets.Length / 2, released.SelectMany(portion => portion).Distinct().Count());
    }

    private WebApplicationFactory<Program> App(TestDatabase database, ConcurrentQueue<IReadOnlyCollection<string>> released) =>
        new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("ConnectionStrings:Store", database.ConnectionString);
            builder.UseSetting("Storage:Spool:MaxBytes", "0");
            builder.UseSetting("Log:Path", string.Empty);
            builder.UseSetting("Collection:Interval", "1s");
            builder.UseSetting("Collection:MaxParallelTargets", "8");
            for (var i = 0; i < Targets.Length; i++)
            {
                builder.UseSetting($"Targets:{i}:Name", Targets[i]);
                builder.UseSetting($"Targets:{i}:ConnectionString", postgres.ConnectionString);
                builder.UseSetting($"Targets:{i}:Metrics:0", "up");
            }

            builder.ConfigureTestServices(services => services.AddSingleton<ITargetLeases>(
                provider => new WatchedLeases(provider.GetRequiredService<PostgresTargetLeases>(), released)));
        });

    private sealed class WatchedLeases(ITargetLeases leases, ConcurrentQueue<IReadOnlyCollection<string>> released) : ITargetLeases
    {
        public Task<LeaseView> ReconcileAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
            leases.ReconcileAsync(targets, cancellationToken);

        public Task ReleaseAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
        {
            released.Enqueue(targets);
            return leases.ReleaseAsync(targets, cancellationToken);
        }

        public ValueTask DisposeAsync() => leases.DisposeAsync();
    }
}
