using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Maintenance;

/// <summary>Metrics that are kept for less long than others, on PostgreSQL.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class MetricExpiryTests(PostgresFixture postgres, PackedDay day) : IClassFixture<PackedDay>
{
    private readonly FakeTimeProvider _time = new(PackedDay.Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_room_of_what_expired_is_given_back_though_the_rest_of_the_partition_stays()
    {
        // Autovacuum may look at the database in this very moment: what its snapshot sees, VACUUM has to leave.
        var kept = await KeptBytesAsync();
        for (var i = 0; i < 2 && kept > 0.7; i++)
        {
            kept = await KeptBytesAsync();
        }

        Assert.InRange(kept, 0, 0.7);
    }

    private async Task<double> KeptBytesAsync()
    {
        await using var store = await day.CopyAsync(_time);
        await store.Upkeep.RunAsync(Kept(30), Cancellation);
        var (before, rest) = (await BytesAsync(store), await ChecksumAsync(store, "long"));
        var done = await store.Upkeep.RunAsync(Kept(30, ("brief", 1)), Cancellation);

        // A row a day of each of 600 series; half of them lie between those that stay.
        Assert.Equal((0, 600L), (done.Dropped, done.RemovedRows));
        Assert.Equal(
            0,
            await store.ScalarAsync<long>("SELECT count(*) FROM metrics_packed p JOIN series s USING (series_id) JOIN metric_definitions "
                + "m USING (metric_id) WHERE m.name = 'brief'"));
        Assert.Equal(rest, await ChecksumAsync(store, "long"));
        Assert.Equal(0, (await store.Upkeep.RunAsync(Kept(30, ("brief", 1)), Cancellation)).RemovedRows);
        return (double)await BytesAsync(store) / before;
    }

    [Fact]
    public async Task While_an_old_snapshot_is_read_rows_go_and_nothing_grows()
    {
        await using var store = await day.CopyAsync(_time);
        await store.Upkeep.RunAsync(Kept(30), Cancellation);
        await using var connection = await store.Source.OpenConnectionAsync(Cancellation);
        await using (await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Cancellation))
        {
            await using var reads = new NpgsqlCommand("SELECT count(*) FROM metrics_packed", connection);
            Assert.Equal(1_200L, await reads.ExecuteScalarAsync(Cancellation));
            Assert.Equal(600, (await store.Upkeep.RunAsync(Kept(30, ("brief", 1)), Cancellation)).RemovedRows);
            Assert.Equal(1_200L, await reads.ExecuteScalarAsync(Cancellation));
        }

        Assert.Equal(600, await store.ScalarAsync<long>("SELECT count(*) FROM metrics_packed"));
    }

    [Fact]
    public async Task Another_collector_that_packs_is_not_waited_for_and_no_series_goes_before_its_rows()
    {
        await using var store = await day.CopyAsync(_time);
        await store.Upkeep.RunAsync(Kept(30), Cancellation);
        _time.Advance(TimeSpan.FromDays(5));
        await using (var connection = await store.Source.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            await using var locks = new NpgsqlCommand("SELECT pg_advisory_xact_lock(x'7061636b696e67'::bigint)", connection);
            await locks.ExecuteNonQueryAsync(Cancellation);
            var busy = await store.Upkeep.RunAsync(Kept(30, ("brief", 1)), Cancellation);
            Assert.Equal((0L, 0), (busy.RemovedRows, busy.RemovedSeries));
        }

        var done = await store.Upkeep.RunAsync(Kept(30, ("brief", 1)), Cancellation);
        Assert.Equal((600L, 600), (done.RemovedRows, done.RemovedSeries));
    }

    [Fact]
    public async Task Raw_rows_expire_before_they_are_packed()
    {
        await using var store = await TestStore.CreateAsync(postgres, _time);
        await store.WriteAsync(
            [.. Enumerable.Range(0, 6).Select(i => Collected("a", Noon.AddDays(3).AddHours(-i), Value("brief", i), Value("long", i)))]);
        var hour = new RetentionPolicy(
            new Duration(TimeSpan.FromDays(30)), new Dictionary<string, Duration> { ["brief"] = new(TimeSpan.FromHours(1)) });
        Assert.Equal(4, (await store.Upkeep.RunAsync(hour, Cancellation)).RemovedRows);
        Assert.Equal([0, 1], (await store.ColumnAsync<double>("SELECT value FROM metrics WHERE metric = 'brief' ORDER BY 1")));
        Assert.Equal(6, await store.ScalarAsync<int>("SELECT count(*) FROM metrics WHERE metric = 'long'"));
    }

    [Fact]
    public async Task The_forecast_counts_each_metric_for_as_long_as_it_is_kept()
    {
        await using var store = await day.CopyAsync(_time);
        var same = (await store.Upkeep.RunAsync(Kept(300), Cancellation)).Size.ForecastBytes!.Value;
        var half = (await store.Upkeep.RunAsync(Kept(300, ("brief", 100)), Cancellation)).Size.ForecastBytes!.Value;
        Assert.InRange(half, same * 0.6, same * 0.75);
    }

    private static RetentionPolicy Kept(int days, params (string Metric, int Days)[] metrics) =>
        new(
            new Duration(TimeSpan.FromDays(days)),
            metrics.ToDictionary(one => one.Metric, one => new Duration(TimeSpan.FromDays(one.Days))));

    private static Task<long> BytesAsync(TestStore store) =>
        store.ScalarAsync<long>(
            "SELECT sum(pg_total_relation_size(inhrelid))::bigint FROM pg_inherits WHERE inhparent = 'metrics_packed_days'::regclass");

    private static Task<string> ChecksumAsync(TestStore store, string metric) =>
        store.ScalarAsync<string>(
            "SELECT md5(string_agg(p::text, '|' ORDER BY p.series_id, p.starts_at)) FROM metrics_packed p JOIN series s USING "
                + $"(series_id) JOIN metric_definitions m USING (metric_id) WHERE m.name = '{metric}'");
}
