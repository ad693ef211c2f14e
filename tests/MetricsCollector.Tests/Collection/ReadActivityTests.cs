using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Collection;

/// <summary>Reading the sessions of now: once for all who ask together, and without a trace in what is known of the target.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ReadActivityTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_that_come_together_share_one_reading_over_one_connection()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var collector = TestCollector.Of(role.ConnectionString);
        var together = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => collector.ReadActivityAsync(Cancellation)));
        Assert.All(together, reading => Assert.Same(together[0].Sessions, reading.Sessions));
        Assert.Equal(OutcomeStatus.Partial, together[0].Sessions.Outcome.Status);
        var later = await collector.ReadActivityAsync(Cancellation);
        Assert.NotSame(together[0].Sessions, later.Sessions);
        Assert.Equal(
            1,
            await TestCollector.ScalarAsync<long>(
                postgres.ConnectionString, $"SELECT count(*) FROM pg_stat_activity WHERE usename = '{role.Name}'"));
        Assert.Equal(TargetStatus.Unknown, collector.State.Status);
    }
}
