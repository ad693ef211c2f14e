using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Maintenance;
using MetricsCollector.Storage.Settings;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Citus;

/// <summary>What is particular to a store that Citus spreads over several machines.</summary>
[Trait("PostgreSQL", "any")]
public sealed class DistributedSchemaTests(PostgresFixture postgres)
{
    private const string Distribution = """
        SELECT format('%s %s %s', logicalrelid, partmethod, column_to_column_name(logicalrelid, partkey))
        FROM pg_dist_partition
        WHERE logicalrelid NOT IN (SELECT inhrelid FROM pg_inherits)
        ORDER BY 1
        """;

    private const string Values =
        "SELECT format('%s %s %s %s %s %s', extract(epoch FROM collected_at), target, metric, labels, field, value) FROM {0} ORDER BY 1";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_are_distributed_by_series_small_tables_are_everywhere_and_a_second_start_changes_nothing()
    {
        await using var store = await TestStore.CreateDistributedAsync();
        string[] expected =
        [
            "metric_definitions n ",
            "metrics_packed_days h series_id",
            "metrics_packed_hours h series_id",
            "metrics_raw h series_id",
            "saved_targets n ",
            "series n ",
            "targets n ",
        ];
        Assert.Equal(expected, await store.ColumnAsync<string>(Distribution));
        Assert.Equal(1, await store.ScalarAsync<int>("SELECT count(DISTINCT colocationid) FROM pg_dist_partition WHERE partmethod = 'h'"));
        Assert.True(
            await store.ScalarAsync<int>(
                "SELECT count(DISTINCT nodeport) FROM citus_shards WHERE table_name = 'metrics_raw'::regclass") > 1);

        var before = await SchemaDescription.ReadAsync(store);
        var shards = await store.ColumnAsync<long>("SELECT shardid FROM pg_dist_shard ORDER BY 1");
        Assert.Equal(store.Schema.ProgramVersion, await store.Schema.EnsureAsync(Cancellation));
        await using var unaware = TestStore.Over(store.ConnectionString);
        Assert.Equal(store.Schema.ProgramVersion, await unaware.Schema.EnsureAsync(Cancellation));
        Assert.Equal(before, await SchemaDescription.ReadAsync(store));
        Assert.Equal(shards, await store.ColumnAsync<long>("SELECT shardid FROM pg_dist_shard ORDER BY 1"));
    }

    [Fact]
    public async Task Collectors_that_start_at_once_distribute_once()
    {
        await using var database = await TestStore.CreateCitusDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString, distributed: true);
        var versions = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => store.Schema.EnsureAsync(Cancellation)));
        Assert.All(versions, version => Assert.Equal(store.Schema.ProgramVersion, version));
        Assert.Equal(7, (await store.ColumnAsync<string>(Distribution)).Count);
    }

    [Fact]
    public async Task History_that_is_there_already_is_moved_and_reads_back_equal()
    {
        await using var database = await TestStore.CreateCitusDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString);
        await store.Schema.EnsureAsync(Cancellation);
        var raw = await FillAsync(store);
        await store.Packer.PackHoursAsync(TimeSpan.FromMinutes(1), Cancellation);
        await store.WriteAsync(Collected("a", Noon.AddMinutes(90), Wide(7)));
        var (snapshots, values) = (await store.ReadAsync(), await ValuesAsync(store, "metrics"));
        Assert.True(snapshots.Count > raw.Count);

        await using var distributed = TestStore.Over(database.ConnectionString, distributed: true);
        await distributed.Schema.EnsureAsync(Cancellation);
        Assert.Equal(snapshots.Select(Text), (await distributed.ReadAsync()).Select(Text));
        Assert.Equal(values, await ValuesAsync(distributed, "metrics"));
        Assert.Equal(
            0,
            await distributed.ScalarAsync<long>(
                "SELECT sum(pg_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'metrics_raw'::regclass"));
        await distributed.WriteAsync(Collected("a", Noon.AddMinutes(91), Wide(8)));
        Assert.Equal(snapshots.Count + 1, (await distributed.ReadAsync()).Count);
    }

    [Fact]
    public async Task Packed_history_reads_back_equal_through_the_program_and_the_views_and_sizes_are_those_of_the_nodes()
    {
        await using var store = await TestStore.CreateDistributedAsync();
        var written = (await FillAsync(store)).Select(Text).ToList();
        var values = await ValuesAsync(store, "metrics");
        var latest = await ValuesAsync(store, "metrics_latest");
        Assert.Equal((written.Count * 60, 60), (values.Count, latest.Count));
        Assert.Equal(60 * 60, (await ValuesAsync(store, $"metrics_between('{Noon:O}', '{Noon.AddMinutes(59):O}')")).Count);

        Func<Task<int?>>[] packs =
        [
            () => store.Packer.PackHoursAsync(TimeSpan.Zero, Cancellation),
            () => store.Packer.MergeDaysAsync(TimeSpan.Zero, Cancellation),
        ];
        foreach (var pack in packs)
        {
            Assert.True(await pack() > 0);
            Assert.Equal(0, await store.ScalarAsync<long>("SELECT count(*) FROM metrics_raw"));
            Assert.Equal(written, (await store.ReadAsync()).Select(Text));
            Assert.Equal(values, await ValuesAsync(store, "metrics"));
            Assert.Equal(latest, await ValuesAsync(store, "metrics_latest"));
            Assert.Equal(60 * 60, (await ValuesAsync(store, $"metrics_between('{Noon:O}', '{Noon.AddMinutes(59):O}')")).Count);
            var size = await new StoreSizeQuery(store.Source, store.Partitions).ReadAsync(
                new RetentionPolicy(new(TimeSpan.FromDays(30)), new Dictionary<string, MetricsCollector.Snapshots.Duration>()),
                TimeSpan.FromHours(2), Cancellation);
            Assert.True(size.Bytes > 20 * 8192);
            Assert.True(size.BytesPerSample > 0.1);
        }

        Assert.True(await store.Partitions.DropExpiredAsync(TimeSpan.FromDays(1), Cancellation) > 0);
        Assert.Empty(await ValuesAsync(store, "metrics"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_role_that_is_no_superuser_does_all_that_the_service_does(bool owner)
    {
        await using var database = await TestStore.CreateCitusDatabaseAsync();
        var role = await database.CreateRoleAsync(owner, Cancellation);
        if (!owner)
        {
            // The tables belong to an administrator, who also makes the first partitions.
            await using var admin = TestStore.Over(database.ConnectionString, distributed: true);
            await admin.ExecuteAsync(InitScript.Text);
            await admin.ExecuteAsync(InitScript.Grants(role));
            await admin.Schema.EnsureAsync(Cancellation);
            await admin.Partitions.CreateAheadAsync(Cancellation);
        }

        await using var store = TestStore.Over(database.ConnectionStringOf(role), distributed: true);
        await store.Schema.EnsureAsync(Cancellation);
        await RetentionRun.AssertAsync(store);
        Assert.Equal(2, (await store.ReadAsync()).Count(snapshot => snapshot.Rows.Count > 0 && snapshot.Metric == "up"));
        Assert.True(await store.Partitions.DropExpiredAsync(TimeSpan.FromDays(-2), Cancellation) > 5);
    }

    [Fact]
    public async Task A_role_that_the_workers_let_not_in_is_told_of_the_remedy_in_one_line()
    {
        await using var database = await TestStore.CreateCitusDatabaseAsync();
        var role = await database.CreateRoleAsync(true, Cancellation);
        await database.OnEveryNodeAsync(
            $"DO $$ BEGIN IF (SELECT groupid FROM pg_dist_local_group) > 0 THEN ALTER ROLE {role} NOLOGIN; END IF; END $$", Cancellation);
        await using var store = TestStore.Over(database.ConnectionStringOf(role), distributed: true);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.Contains("is not permitted to log in", refused.Message, StringComparison.Ordinal);
        Assert.Contains("pg_dist_authinfo", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task A_database_without_Citus_is_refused_with_the_remedy()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString, distributed: true);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.Contains("run CREATE EXTENSION citus", refused.Message, StringComparison.Ordinal);
        Assert.Contains("set Storage:Distributed=false", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Snapshot>> FillAsync(TestStore store)
    {
        await store.WriteAsync([.. Enumerable.Range(0, 90).Select(minute => Collected("a", Noon.AddMinutes(minute - 30), Wide(minute)))]);
        return await store.ReadAsync();
    }

    private static Snapshot Wide(int minute) =>
        Snapshot(
            "m", ["count", "part", "rare"],
            [.. Enumerable.Range(0, 20).Select(i => Row($"db{i}", minute * i, minute / 3.0, minute % 7 == 0 ? null : i))]);

    private static Task<IReadOnlyList<string>> ValuesAsync(TestStore store, string view) =>
        store.ColumnAsync<string>(Values.Replace("{0}", view, StringComparison.Ordinal));

    private static string Text(Snapshot snapshot) =>
        $"{snapshot.Target} {snapshot.Metric} {snapshot.CollectedAt:O} "
            + $"{string.Join(';', snapshot.Rows.Select(row => $"{row.Labels}={string.Join(',', row.Readings)}"))}";
}
