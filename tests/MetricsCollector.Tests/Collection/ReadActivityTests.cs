using MetricsCollector.Collection.Sessions;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using Npgsql;

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
    [Theory]
    [InlineData(OnOff.On)]
    [InlineData(OnOff.Off)]
    public async Task Texts_are_shown_unless_they_are_turned_off(OnOff texts)
    {
        await using var session = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false }.ConnectionString);
        await session.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("SELECT 'to be seen'", session);
        await command.ExecuteNonQueryAsync(Cancellation);
        await using var collector = TestCollector.Of(
            postgres.ConnectionString, options: new CollectionOptions { StatementTexts = texts });
        var shown = Session.Of((await collector.ReadActivityAsync(Cancellation)).Sessions).Single(one => one.Pid == session.ProcessID);
        Assert.Equal(texts == OnOff.On ? "SELECT 'to be seen'" : null, shown.Query);
        Assert.Equal("idle", shown.State);
    }
}
