using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Maintenance;

/// <summary>
/// A packed day of 1,200 series, half of either of two metrics, those of one among those of the other; 24 readings of noise each.
/// Written and packed once: each test has a copy of the database.
/// </summary>
public sealed class PackedDay(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] Fields = [.. Enumerable.Range(0, 20).Select(i => $"f{i}")];

    private TestDatabase? _database;

    /// <summary>The clock's time after the day was packed.</summary>
    public static DateTimeOffset Now { get; } = Noon.AddDays(3);

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        await using var store = TestStore.Over(_database.ConnectionString, new FakeTimeProvider(Now));
        await store.Schema.EnsureAsync(CancellationToken.None);
#pragma warning disable CA5394 // Noise that repeats.
        var random = new Random(1);
        SnapshotRow Row(int series) => new(Labels(("datname", $"db{series}")), [.. Fields.Select(_ => (double?)random.NextDouble())]);
#pragma warning restore CA5394
        for (var target = 0; target < 12; target++)
        {
            CollectionRun[] collections = [.. Enumerable.Range(0, 24).Select(i => Collected(
                $"t{target:00}",
                Noon.AddHours(-12).AddMinutes(60 * i),
                Snapshot("brief", Fields, [.. Enumerable.Range(0, 50).Select(Row)]),
                Snapshot("long", Fields, [.. Enumerable.Range(0, 50).Select(Row)])))];
            await store.WriteAsync(collections);
        }

        await store.Upkeep.RunAsync(
            new RetentionPolicy(new Duration(TimeSpan.FromDays(30)), new Dictionary<string, Duration>()), CancellationToken.None);
    }

    /// <summary>A store over a copy of it.</summary>
    internal Task<TestStore> CopyAsync(TimeProvider time) => TestStore.CreateAsync(postgres, time, _database);

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;
}
