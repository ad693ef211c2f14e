using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Maintenance;

[Trait("PostgreSQL", "ends")]
public sealed class HistoryPackerTests(PostgresFixture postgres)
{
    private static readonly string[] TwoFields = ["calls", "milliseconds"];

    private readonly FakeTimeProvider _time = new(Noon.AddHours(3).AddMinutes(20));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hours_are_packed_once_they_are_over_for_long_enough()
    {
        await using var store = await FilledAsync(3);
        await store.Packer.PackAsync(TimeSpan.FromHours(2), Cancellation);
        Assert.Equal((2, 240), await CountsAsync(store));
        await store.Packer.PackAsync(TimeSpan.FromMinutes(20), Cancellation);
        Assert.Equal((6, 0), await CountsAsync(store));
    }

    [Fact]
    public async Task Sql_sees_packed_rows_as_it_saw_the_raw_ones()
    {
        await using var store = await FilledAsync(3);
        await store.WriteAsync(Collected("b", Noon.AddSeconds(1), Snapshot("odd", ["a", "b", "c"], Row("x", double.NaN, null, 0.1 + 0.2))));
        await store.WriteAsync(Collected("b", Noon.AddSeconds(2.5), Snapshot("odd", ["a", "b", "c", "d"], Row("x", -0.0, 5, 1e300, 7))));
        await store.WriteAsync(
            Collected("b", Noon.AddSeconds(4), Snapshot("odd", ["a", "b", "c", "d"], Row("x", double.NegativeInfinity, null, 2.5, 7))));
        await store.WriteAsync([.. Enumerable.Range(0, 50).Select(i => Collected(
            "c", Noon.AddMinutes(i), Snapshot(
                "resets", ["a", "b"], Row("x", i == 20 ? 1e12 : i, i is 3 or 30 ? null : (i < 25 ? 1e9 + (i * 3) : i) / 1_000))))]);
        var (all, some) = (await RowsAsync(store, "metrics"), await RowsAsync(
            store, "metrics_between('2025-06-01 12:30Z', '2025-06-01 13:30Z')"));
        var latest = await RowsAsync(store, "metrics_latest");
        Assert.Equal(((61 * 4) + 40, all.Count, true), (some.Count, (180 * 4) + 12 + 100, latest.Count > 0));
        _time.Advance(TimeSpan.FromDays(3));
        Func<Task<int?>>[] packs =
        [
            () => store.Packer.PackHoursAsync(TimeSpan.Zero, Cancellation),
            () => store.Packer.MergeDaysAsync(TimeSpan.Zero, Cancellation),
        ];
        foreach (var pack in packs)
        {
            Assert.True(await pack() > 0);
            Assert.Equal(all, await RowsAsync(store, "metrics"));
            Assert.Equal(some, await RowsAsync(store, "metrics_between('2025-06-01 12:30Z', '2025-06-01 13:30Z')"));
            Assert.Equal(latest, await RowsAsync(store, "metrics_latest"));
        }

        Assert.Empty(await store.ColumnAsync<int>("SELECT 1 FROM metrics_raw UNION ALL SELECT 1 FROM metrics_packed_hours"));
        Assert.Equal(4, await store.ScalarAsync<int>("SELECT count(*) FROM metrics_packed"));
    }

    [Fact]
    public async Task Late_rows_join_the_hour_or_the_day_that_was_packed_before_them()
    {
        await using var store = await FilledAsync(2);
        _time.Advance(TimeSpan.FromDays(2));
        await store.Packer.PackHoursAsync(TimeSpan.Zero, Cancellation);
        await store.WriteAsync(Collected("a", Noon.AddSeconds(90), Snapshot("m", TwoFields, Row("x", 1_000, 2))));
        await store.Packer.PackHoursAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal((4, 0), await CountsAsync(store));
        await store.Packer.MergeDaysAsync(TimeSpan.Zero, Cancellation);
        await store.WriteAsync(Collected("a", Noon.AddSeconds(150), Snapshot("m", TwoFields, Row("x", 2_000, 3))));
        Assert.Equal([0, 1, 1_000, 2, 2_000, 3], (await CallsAsync(store, "x")).Take(6));
        await store.Packer.PackAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal((2, 0), await CountsAsync(store));
        Assert.Equal([0, 1, 1_000, 2, 2_000, 3], (await CallsAsync(store, "x")).Take(6));
    }

    [Fact]
    public async Task Readers_see_every_sample_exactly_once_while_history_is_packed()
    {
        await using var store = await FilledAsync(3);
        _time.Advance(TimeSpan.FromDays(2));
        using var packed = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(async _ =>
        {
            do
            {
                Assert.Equal(Enumerable.Range(0, 180).Select(i => (double?)i), await CallsAsync(store, "x"));
                Assert.Equal(180, (await store.ReadAsync()).Count(snapshot => snapshot.Rows.Count == 2));
            }
            while (!packed.IsCancellationRequested);
        }).ToList();
        await store.Packer.PackAsync(TimeSpan.Zero, Cancellation);
        await packed.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal((2, 0), await CountsAsync(store));
    }

    [Fact]
    public async Task A_packing_that_is_killed_at_any_point_loses_nothing_and_goes_on_later()
    {
        await using var store = await FilledAsync(3);
        _time.Advance(TimeSpan.FromDays(2));
        var before = await RowsAsync(store, "metrics");
        var step = TimeSpan.FromMilliseconds(2);
        for (var cutAfter = step; (await CountsAsync(store)) is not (2, 0); cutAfter += step)
        {
            await using var mortal = TestStore.Over(store.ConnectionString + ";Application Name=mortal", _time);
            var packing = mortal.Packer.PackAsync(TimeSpan.Zero, Cancellation);
            await Task.Delay(cutAfter, Cancellation);
            await store.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mortal' AND datname = "
                    + "current_database()");
            await ((Task)packing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Assert.Equal(before, await RowsAsync(store, "metrics"));
        }
    }

    [Fact]
    public async Task One_collector_packs_at_a_time()
    {
        await using var store = await FilledAsync(1);
        await using (var connection = await store.Source.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            await using var locks = new NpgsqlCommand("SELECT pg_advisory_xact_lock(x'7061636b696e67'::bigint)", connection);
            await locks.ExecuteNonQueryAsync(Cancellation);
            Assert.Equal(0, await store.Packer.PackAsync(TimeSpan.Zero, Cancellation));
        }

        Assert.Equal(1, await store.Packer.PackAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Upkeep_drops_what_expired_packs_what_is_closed_and_says_what_is_left()
    {
        await using var store = await FilledAsync(3);
        await store.WriteAsync(Collected("gone", Noon.AddDays(-40), Value("up", 1)), Collected("a", Noon.AddDays(-29), Value("up", 1)));
        var done = await store.Upkeep.RunAsync(Kept(30), Cancellation);
        Assert.Equal((2, 1), (done.Dropped, done.RemovedSeries));
        Assert.Equal(
            ["a"],
            (await store.Reader.FindSeriesAsync(new SeriesFilter(), 0, 10, Cancellation)).Select(series => series.Key.Target).Distinct());
        Assert.Equal(Noon.AddDays(-29), done.Size.OldestAt);
        Assert.True(done.Size is { Bytes: > 0, BytesPerSample: > 0, BytesPerDay: > 0 });
        Assert.True(done.Size.ForecastBytes >= done.Size.Bytes);
        Assert.Same(done.Size, store.Status.Read().Size);

        // The series is made again when its target comes back.
        await store.WriteAsync(Collected("gone", Noon.AddHours(3), Value("up", 2)));
        Assert.Equal(2, Assert.Single(await store.ReadAsync(new SeriesFilter("gone"))).Rows[0].Readings[0]);
    }

    private static RetentionPolicy Kept(int days, params (string Metric, int Days)[] metrics) =>
        new(
            new Duration(TimeSpan.FromDays(days)),
            metrics.ToDictionary(one => one.Metric, one => new Duration(TimeSpan.FromDays(one.Days))));

    private static async Task<(int Packed, int Raw)> CountsAsync(TestStore store) =>
        (await store.ScalarAsync<int>("SELECT count(*) FROM metrics_packed"), await store.ScalarAsync<int>(
            "SELECT count(*) FROM metrics_raw"));

    private static Task<IReadOnlyList<string>> RowsAsync(TestStore store, string from) =>
        store.ColumnAsync<string>($"SELECT m::text FROM {from} m ORDER BY 1");

    private static async Task<List<double?>> CallsAsync(TestStore store, string datname)
    {
        var filter = new SeriesFilter("a", "m", [new LabelMatcher("datname", datname)]);
        await foreach (var series in store.Reader.ReadSamplesAsync(filter, ["calls"], Noon, Noon.AddDays(1), TimeSpan.Zero, Cancellation))
        {
            return [.. series.Samples.Select(sample => sample.Value)];
        }

        return [];
    }

    private async Task<TestStore> FilledAsync(int hours)
    {
        var store = await TestStore.CreateAsync(postgres, _time);
        await store.WriteAsync([.. Enumerable.Range(0, 60 * hours).Select(i => Collected(
            "a", Noon.AddMinutes(i), Snapshot(
                "m", TwoFields, Row("x", i, i * i / 1_000.0), Row("y", i % 7, i % 11 == 0 ? null : i / 10.0))))]);
        return store;
    }
}
