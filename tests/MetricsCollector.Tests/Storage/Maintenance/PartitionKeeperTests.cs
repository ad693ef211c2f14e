using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Partitions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Maintenance;

[Trait("PostgreSQL", "ends")]
public sealed class PartitionKeeperTests(PostgresFixture postgres)
{
    private readonly FakeTimeProvider _time = new(Noon.AddMinutes(20));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Partitions_are_made_from_an_hour_back_to_three_hours_ahead()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await store.Partitions.CreateAheadAsync(Cancellation);
        await store.Partitions.CreateAheadAsync(Cancellation);
        Assert.Equal(
            [
                "collections_20250531", "collections_20250601", "collections_20250602", "collections_20250603",
                "metrics_raw_20250601_11", "metrics_raw_20250601_12", "metrics_raw_20250601_13", "metrics_raw_20250601_14",
                "metrics_raw_20250601_15",
            ],
            await PartitionsAsync(store));
    }

    [Fact]
    public async Task Many_collectors_make_the_same_partitions_at_once()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new PartitionKeeper(store.Source, _time).CreateAheadAsync(Cancellation)));
        Assert.Equal(9, (await PartitionsAsync(store)).Count);
    }

    [Fact]
    public async Task Whatever_time_zone_a_server_shows_partitions_begin_at_utc_hours()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await store.ExecuteAsync(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Kolkata''', current_database()); EXECUTE format('ALTER "
                + "DATABASE %I SET datestyle = ''SQL, DMY''', current_database()); END $$");
        NpgsqlConnection.ClearAllPools();
        await store.Partitions.CreateAheadAsync(Cancellation);
        new PartitionKeeper(store.Source, _time).Reset();
        await store.Partitions.EnsureAsync([Noon.AddDays(-1)], Cancellation);
        Assert.Contains("metrics_raw_20250531_12", await PartitionsAsync(store));
        Assert.Equal(
            Noon.UtcDateTime,
            await store.ScalarAsync<DateTime>("SELECT substring(pg_get_expr(relpartbound, oid) FROM 'FROM \\(''(.+)''\\) "
                + "TO')::timestamptz FROM pg_class WHERE relname = 'metrics_raw_20250601_12'"));
    }

    [Fact]
    public async Task Only_partitions_that_hold_nothing_younger_than_the_retention_are_dropped()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await store.WriteAsync([.. Enumerable.Range(0, 50).Select(i => Collected("a", Noon.AddHours(-i), Value("up", i)))]);
        await store.Partitions.DropExpiredAsync(TimeSpan.FromHours(3), Cancellation);

        // At 12:20, three hours back is 09:20: the hour from 09:00 stays whole.
        Assert.Equal(
            ["collections_20250601", "metrics_raw_20250601_09", "metrics_raw_20250601_10", "metrics_raw_20250601_11",
                "metrics_raw_20250601_12"],
            await PartitionsAsync(store));
        Assert.Equal(4, await store.ScalarAsync<int>("SELECT count(*) FROM metrics"));
        Assert.Equal(0, await store.Partitions.DropExpiredAsync(TimeSpan.FromHours(3), Cancellation));
    }

    [Fact]
    public async Task A_snapshot_whose_rows_were_dropped_is_still_told_of()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await store.WriteAsync(Collected("a", Noon.AddHours(-10), Value("up", 1)));
        await store.Partitions.DropExpiredAsync(TimeSpan.FromHours(3), Cancellation);
        Assert.Empty(Assert.Single(await store.ReadAsync()).Rows);
    }

    [Fact]
    public async Task A_longer_partition_that_somebody_made_is_used()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await store.ExecuteAsync(
            "CREATE TABLE by_hand PARTITION OF metrics_raw FOR VALUES FROM ('2025-06-01 00:00Z') TO ('2025-06-02 00:00Z')");
        await store.Partitions.CreateAheadAsync(Cancellation);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        Assert.Equal(1, await store.ScalarAsync<int>("SELECT count(*) FROM by_hand"));
        Assert.DoesNotContain(await PartitionsAsync(store), name => name.StartsWith("metrics_raw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_partition_that_is_dropped_behind_its_back_does_not_end_writing()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        await store.ExecuteAsync("DROP TABLE metrics_raw_20250601_12");
        await store.WriteAsync(Collected("a", Noon.AddMinutes(1), Value("up", 2)));
        await store.ExecuteAsync("DROP TABLE collections_20250601");
        await store.WriteAsync(Collected("a", Noon.AddMinutes(2), Value("up", 3)));
        Assert.Equal(3, Assert.Single(Assert.Single(await store.ReadAsync()).Rows).Readings[0]);
    }

    [Fact]
    public async Task A_partition_that_somebody_reads_is_dropped_the_next_time()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        await using (var connection = await store.Source.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            await using var reads = new NpgsqlCommand("SELECT count(*) FROM metrics", connection);
            await reads.ExecuteScalarAsync(Cancellation);
            Assert.Equal(1, await store.Partitions.DropExpiredAsync(TimeSpan.FromDays(1), Cancellation));
        }

        Assert.Equal(1, await store.Partitions.DropExpiredAsync(TimeSpan.FromDays(1), Cancellation));
        Assert.Empty(await PartitionsAsync(store));
    }

    [Fact]
    public async Task A_table_that_is_locked_for_long_is_reported_and_not_waited_for()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await using var connection = await store.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var locks = new NpgsqlCommand("LOCK TABLE metrics_raw IN ACCESS SHARE MODE", connection);
        await locks.ExecuteNonQueryAsync(Cancellation);
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Partitions.CreateAheadAsync(Cancellation));
        Assert.Contains("metrics_raw is locked", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-06-01T11:59:59.999Z", "metrics_raw_20250601_11", "collections_20250601")]
    [InlineData("2025-06-01T00:00:00Z", "metrics_raw_20250601_00", "collections_20250601")]
    [InlineData("2025-06-01T01:30:00+05:30", "metrics_raw_20250531_20", "collections_20250531")]
    public void An_instant_belongs_to_the_partition_of_its_utc_hour_or_day(string instant, string raw, string collections)
    {
        var at = DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(raw, PartitionedTable.MetricsRaw.PartitionName(PartitionedTable.MetricsRaw.StartOf(at)));
        Assert.Equal(collections, PartitionedTable.Collections.PartitionName(PartitionedTable.Collections.StartOf(at)));
    }

    private static Task<IReadOnlyList<string>> PartitionsAsync(TestStore store) =>
        store.ColumnAsync<string>(
            "SELECT relname::text FROM pg_class WHERE relispartition AND relkind = 'r' AND relname ~ '^(metrics_raw|collections)_' ORDER "
                + "BY 1");
}
