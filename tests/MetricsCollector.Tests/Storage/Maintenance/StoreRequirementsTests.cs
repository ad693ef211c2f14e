using MetricsCollector.Storage;
using MetricsCollector.Storage.Postgres;
using MetricsCollector.Storage.Postgres.Assignment;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Tests.Storage.Maintenance;

/// <summary>Databases and poolers that cannot be the store are refused before anything is lost.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StoreRequirementsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("SQL_ASCII")]
    [InlineData("LATIN9")]
    public async Task A_database_that_cannot_hold_every_text_is_refused_with_the_command_that_makes_one(string encoding)
    {
        await using var database = await postgres.CreateDatabaseAsync(encoding);
        await using var store = TestStore.Over(database.ConnectionString);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.Contains("must have the encoding UTF8", refused.Message, StringComparison.Ordinal);
        Assert.Contains(encoding, refused.Message, StringComparison.Ordinal);
        Assert.Contains("createdb --encoding=UTF8 --template=template0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_another_program_are_left_alone_and_the_remedy_is_told()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var store = TestStore.Over(database.ConnectionString);
        await store.ExecuteAsync("CREATE TABLE targets (not_ours int)");
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        Assert.Contains("tables of another program", refused.Message, StringComparison.Ordinal);
        Assert.Contains("\"targets\"", refused.Message, StringComparison.Ordinal);

        await store.ExecuteAsync("CREATE SCHEMA metrics");
        await using var apart = TestStore.Over(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { SearchPath = "metrics" }.ConnectionString);
        Assert.Equal(apart.Schema.ProgramVersion, await apart.Schema.EnsureAsync(Cancellation));
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("statement")]
    public async Task A_pooler_that_shares_sessions_is_refused_by_the_store_and_by_the_leases(string mode)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString, mode);
        await using var store = TestStore.Over(pooler.ConnectionString);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Schema.EnsureAsync(Cancellation));
        await using var leases = Leases(pooler.ConnectionString);
        var withoutLeases = await Assert.ThrowsAsync<StoreUnavailableException>(() => leases.ReconcileAsync(["a", "b"], Cancellation));
        Assert.All(
            [refused, withoutLeases], exception => Assert.Contains("pool in session mode", exception.Message, StringComparison.Ordinal));

        // Those of other databases are other tests'.
        const string Locks = """
            SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
            WHERE l.locktype = 'advisory' AND d.datname = current_database()
            """;
        await using var direct = TestStore.Over(database.ConnectionString);
        Assert.Equal(0L, await direct.ScalarAsync<long>(Locks));
    }

    [Fact]
    public async Task A_pooler_that_shares_sessions_is_refused_while_another_client_has_the_session()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "transaction");
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(pooler.ConnectionString) { Pooling = false }.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using var another = await source.OpenConnectionAsync(Cancellation);
        NpgsqlTransaction? transaction = null;
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => StoreRequirements.CheckSessionsAsync(connection, OpenAsync, Cancellation));
        Assert.Contains("pool in session mode", refused.Message, StringComparison.Ordinal);
        await transaction!.DisposeAsync();

        // As a second check at the same time does: it takes the session that is free before this one looks for it.
        async ValueTask<NpgsqlConnection> OpenAsync()
        {
            if (transaction is null)
            {
                transaction = await another.BeginTransactionAsync(Cancellation);
                await using var command = new NpgsqlCommand("SELECT 1", another, transaction);
                await command.ExecuteScalarAsync(Cancellation);
            }

            return await source.OpenConnectionAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_pooler_that_keeps_sessions_is_as_good_as_the_server()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "session");
        await using var store = TestStore.Over(pooler.ConnectionString);
        Assert.Equal(store.Schema.ProgramVersion, await store.Schema.EnsureAsync(Cancellation));
        await using var leases = Leases(pooler.ConnectionString);
        Assert.Equal(["a", "b"], (await leases.ReconcileAsync(["a", "b"], Cancellation)).Held.Order());
    }

    private static PostgresTargetLeases Leases(string connectionString) =>
        new(Options.Create(new StoreConnectionOptions { ConnectionString = connectionString }), new LeaseName("one"), TimeProvider.System);
}
