using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Api;

/// <summary>The whole service over a store that knows a hundred thousand series: as many as a thousand databases with a hundred tables
/// have.</summary>
public sealed class ManySeriesApp(PostgresFixture postgres) : CollectorApp(postgres), IAsyncLifetime
{
    /// <summary>How many there are of <see cref="Metric"/>.</summary>
    public const int Count = 100_000;

    /// <summary>Known to the catalog, and of a preset that this collector does not read: nothing comes in between.</summary>
    public const string Metric = "functions";

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await using var store = TestStore.Over(Store);
        await store.WriteAsync(
            TestCollections.Collected(
                Target, DateTimeOffset.UtcNow, TestCollections.Snapshot(Metric, ["calls"], TestCollections.Row("0", 1))));
        await store.ExecuteAsync($$"""
            INSERT INTO series (target_id, metric_id, labels, first_seen, last_seen)
            SELECT s.target_id, s.metric_id, jsonb_build_object('datname', n::text), s.first_seen, s.last_seen
            FROM series s JOIN metric_definitions m USING (metric_id), generate_series(1, {{Count - 1}}) n
            WHERE m.name = '{{Metric}}';
            ANALYZE series
            """);
    }
}
