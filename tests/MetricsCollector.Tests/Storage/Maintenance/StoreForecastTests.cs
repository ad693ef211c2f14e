using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Maintenance;

/// <summary>What the store will come to, said before anything is packed.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StoreForecastTests(PostgresFixture postgres)
{
    private static readonly string[] Fields = [.. Enumerable.Range(0, 20).Select(field => $"field{field}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_hour_is_counted_as_what_it_will_be_once_it_is_packed()
    {
        var noon = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        var time = new FakeTimeProvider(noon.AddHours(1));
        var policy = new RetentionPolicy(new Duration(TimeSpan.FromDays(30)), new Dictionary<string, Duration>());
        await using var store = await TestStore.CreateAsync(postgres, time);

        // Counters as servers have them: most stand still, some move a little.
        await store.WriteAsync([.. Enumerable.Range(0, 60).Select(minute => Collected(
            "a",
            noon.AddMinutes(minute),
            Snapshot("counters", Fields, [.. Enumerable.Range(0, 40).Select(series => new SnapshotRow(
                Labels(("table", $"table{series}")),
                [.. Enumerable.Range(0, Fields.Length)
                    .Select(field => (double?)(1_000 + (field % 4 == 0 ? minute * (series + field) : 0)))]))])))]);
        var before = (await store.Upkeep.RunAsync(policy, Cancellation)).Size;
        time.Advance(TimeSpan.FromHours(4));
        var after = (await store.Upkeep.RunAsync(policy, Cancellation)).Size;
        Assert.True(before.BytesPerSample > 4 * after.BytesPerSample, "It is packed by now.");
        Assert.InRange(before.ForecastBytes!.Value, after.ForecastBytes!.Value / 4, after.ForecastBytes.Value * 4);
        Assert.InRange(before.BytesPerDay!.Value, after.BytesPerDay!.Value / 4, after.BytesPerDay.Value * 4);
    }
}
