using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres.Schema;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Maintenance;

[Trait("PostgreSQL", "each")]
public sealed class PostgresSchemaTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_database_gets_the_schema_and_a_second_start_changes_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString);
        Assert.Equal(store.Schema.ProgramVersion, await store.Schema.EnsureAsync(Cancellation));
        var before = await SchemaDescription.ReadAsync(store);
        Assert.Equal(store.Schema.ProgramVersion, await store.Schema.EnsureAsync(Cancellation));
        Assert.Equal(before, await SchemaDescription.ReadAsync(store));
    }

    [Fact]
    public async Task Many_collectors_that_start_at_once_make_one_schema()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString);
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.Schema.EnsureAsync(Cancellation)));
        Assert.All(versions, version => Assert.Equal(store.Schema.ProgramVersion, version));
        Assert.Equal(SchemaMigration.All.Count, await store.ScalarAsync<int>("SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task Only_the_steps_that_lack_are_applied_and_a_step_that_fails_leaves_nothing_behind()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        var next = new SchemaMigration(SchemaMigration.All.Count + 1, "next", "CREATE TABLE next (id int)");
        var broken = new SchemaMigration(next.Version + 1, "broken", "CREATE TABLE broken (id int); SELECT 1/0");
        await Assert.ThrowsAsync<PostgresException>(() => Schema(store, next, broken).EnsureAsync(Cancellation));
        Assert.Equal(next.Version, await store.ScalarAsync<int>("SELECT max(version) FROM schema_migrations"));
        Assert.True(await store.ScalarAsync<bool>("SELECT to_regclass('next') IS NOT NULL AND to_regclass('broken') IS NULL"));
        Assert.Equal(next.Version, await Schema(store, next).EnsureAsync(Cancellation));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_versions_and_the_remedy()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await store.ExecuteAsync("INSERT INTO schema_migrations (version, name) VALUES (99, 'from the future')");
        var refused = await Assert.ThrowsAsync<SchemaTooNewException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.Equal((99, store.Schema.ProgramVersion), (refused.StoreVersion, refused.ProgramVersion));
        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("run the newer program", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_create_is_told_of_the_script()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var admin = TestStore.Over(database.ConnectionString);
        await admin.ExecuteAsync("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        await using var store = TestStore.Over(database.ConnectionStringOf(role));
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.Contains("scripts/init_db.sql", refused.Message, StringComparison.Ordinal);

        await admin.ExecuteAsync(InitScript.Text);
        refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.Contains("run the GRANTs", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_makes_the_schema_that_the_program_makes()
    {
        await using var store = await TestStore.CreateAsync(postgres);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var scripted = TestStore.Over(database.ConnectionString);
        await scripted.ExecuteAsync(InitScript.Text);

        var expected = await SchemaDescription.ReadAsync(store);
        Assert.Equal(expected, await SchemaDescription.ReadAsync(scripted));
        Assert.Contains(expected, line => line.StartsWith("column metrics_raw readings", StringComparison.Ordinal));
        Assert.Equal(store.Schema.ProgramVersion, await scripted.Schema.EnsureAsync(Cancellation));
    }

    [Fact]
    public async Task A_role_with_the_grants_of_the_script_can_do_all_that_the_service_does()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var admin = TestStore.Over(database.ConnectionString);
        await admin.ExecuteAsync(InitScript.Text);
        await admin.ExecuteAsync(InitScript.Grants(role.Name));

        await using var store = TestStore.Over(database.ConnectionStringOf(role));
        await store.Schema.EnsureAsync(Cancellation);
        await store.Partitions.CreateAheadAsync(Cancellation);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        await store.WriteAsync(Collected("a", Noon.AddMinutes(20), Value("up", 2), Value("io", 3)));
        Assert.Equal(3, (await store.ReadAsync()).Count);
        Assert.Equal(2, (await store.Reader.ReadLatestAsync(Cancellation)).Count);
        Assert.Equal(5, await store.ScalarAsync<int>("SELECT (SELECT count(*) FROM metrics) + (SELECT count(*) FROM metrics_latest)"));
        Assert.True(await store.Partitions.DropExpiredAsync(TimeSpan.FromDays(1), Cancellation) > 0);
    }

    [Fact]
    public async Task A_role_with_the_grants_of_the_script_packs_and_keeps_retention_without_creating_in_other_schemas()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var admin = TestStore.Over(database.ConnectionString);
        await admin.ExecuteAsync("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        await admin.ExecuteAsync(InitScript.Text);
        await admin.ExecuteAsync(InitScript.Grants(role.Name));
        await using var store = TestStore.Over(database.ConnectionStringOf(role));
        await Assert.ThrowsAsync<PostgresException>(() => store.ExecuteAsync("CREATE SCHEMA another"));

        await RetentionRun.AssertAsync(store);
        Assert.Equal(0, await store.ScalarAsync<int>("SELECT count(*) FROM metrics_raw"));
    }

    [Fact]
    public async Task Partitions_that_an_administrator_makes_belong_to_the_role_that_drops_them()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var admin = TestStore.Over(database.ConnectionString);
        await admin.ExecuteAsync(InitScript.Text);
        await admin.ExecuteAsync(InitScript.Grants(role.Name));
        await admin.Partitions.CreateAheadAsync(Cancellation);

        await using var store = TestStore.Over(database.ConnectionStringOf(role));
        Assert.True(
            (await store.Upkeep.RunAsync(
                new RetentionPolicy(new(TimeSpan.FromDays(30)), new Dictionary<string, MetricsCollector.Snapshots.Duration>()),
                Cancellation)).Size.Bytes > 0);
        Assert.Equal(9, await store.Partitions.DropExpiredAsync(TimeSpan.FromDays(-4), Cancellation));
    }

    [Fact]
    public async Task The_script_run_twice_fails_and_changes_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString);
        await store.ExecuteAsync(InitScript.Text);
        var before = await SchemaDescription.ReadAsync(store);
        var failure = await Assert.ThrowsAsync<PostgresException>(() => store.ExecuteAsync(InitScript.Text));
        Assert.Contains("already exists", failure.MessageText, StringComparison.Ordinal);
        Assert.Equal(before, await SchemaDescription.ReadAsync(store));
    }

    [Fact]
    public async Task The_schema_lives_where_search_path_leads()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var admin = TestStore.Over(database.ConnectionString))
        {
            await admin.ExecuteAsync("CREATE SCHEMA \"Odd schema\"; CREATE SCHEMA other; CREATE TABLE public.targets (not_ours int)");
        }

        await using var store = TestStore.Over(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { SearchPath = "\"Odd schema\",other" }.ConnectionString);
        await store.Schema.EnsureAsync(Cancellation);
        await store.WriteAsync(Collected("a", Noon, Value("up", 1)));
        Assert.Equal(["Odd schema"], await store.ColumnAsync<string>(
            "SELECT DISTINCT nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname LIKE 'metrics%' OR "
                + "relname LIKE 'collections%'"));
        Assert.True(await store.Partitions.DropExpiredAsync(TimeSpan.FromDays(1), Cancellation) > 0);
    }

    private static PostgresSchema Schema(TestStore store, params SchemaMigration[] more) =>
        new(store.Source, NullLogger<PostgresSchema>.Instance, [.. SchemaMigration.All, .. more]);
}
