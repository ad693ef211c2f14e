
using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Assignment;
using MetricsCollector.Storage.Sqlite.Assignment;

namespace MetricsCollector.Tests.Storage.Assignment;

[Trait("PostgreSQL", "any")]
public sealed class SavedTargetsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Targets_are_kept_replaced_and_removed_and_every_change_shows_in_the_version(bool file)
    {
        using var sqlite = new SqliteTestStore();
        await using var store = file ? null : await TestStore.CreateAsync(postgres);
        ISavedTargets saved = store is null
            ? new SqliteSavedTargets(sqlite.File, TimeProvider.System)
            : new PostgresSavedTargets(store.Source);
        var versions = new List<string> { await saved.VersionAsync(Cancellation) };

        Assert.True(await saved.SaveAsync(new SavedTarget("b", """{"preset": "minimal"}""", "x"), Cancellation));
        versions.Add(await saved.VersionAsync(Cancellation));
        Assert.True(await saved.SaveAsync(new SavedTarget("a", "{}", "y"), Cancellation));
        versions.Add(await saved.VersionAsync(Cancellation));
        await Task.Delay(2, Cancellation);
        Assert.False(await saved.SaveAsync(new SavedTarget("b", "{}", "z"), Cancellation));
        versions.Add(await saved.VersionAsync(Cancellation));
        Assert.Equal([new SavedTarget("a", "{}", "y"), new SavedTarget("b", "{}", "z")], await saved.ReadAsync(Cancellation));

        Assert.True(await saved.RemoveAsync("a", Cancellation));
        Assert.False(await saved.RemoveAsync("a", Cancellation));
        versions.Add(await saved.VersionAsync(Cancellation));
        Assert.Equal("b", Assert.Single(await saved.ReadAsync(Cancellation)).Name);
        Assert.Equal(versions.Count, versions.Distinct().Count());
    }
}
