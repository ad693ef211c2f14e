
namespace MetricsCollector.Tests.EndToEnd.Resets;

/// <summary>
/// Statistics that are reset in part or wholly, and servers that crash: what is computed is what somebody at the server's own views sees,
/// no increase is lost, none is counted twice.
/// </summary>
[Trait("PostgreSQL", "each")]
public sealed partial class ResetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Majors => [.. TestMajors.All];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Counters_go_on_or_begin_anew_as_the_views_of_the_server_say(int major)
    {
        await using var server = await ResetServer.StartAsync(major);
        await server.WorkAsync(20_000);

        // Parts of a database, whose stats_reset moves while its counters go on.
        const string DatabaseReset = "SELECT extract(epoch FROM stats_reset) FROM pg_stat_database WHERE datname = 'app'";
        await ComesAsync(
            server,
            "SELECT pg_stat_reset_single_table_counters('one'::regclass)",
            DatabaseReset,
            goesOn: [ResetCounter.Inserted, ResetCounter.WalRecords],
            anew: [ResetCounter.TableInserted]);
        await ComesAsync(
            server,
            "SELECT pg_stat_reset_single_table_counters('other'::regclass)",
            DatabaseReset,
            goesOn: [ResetCounter.Inserted, ResetCounter.TableInserted],
            anew: []);
        await ComesAsync(
            server,
            "SELECT pg_stat_reset_single_function_counters('f'::regproc)",
            DatabaseReset,
            goesOn: [ResetCounter.Inserted, ResetCounter.TableInserted],
            anew: [ResetCounter.FunctionCalls]);

        // Shared views, one after the other and all at once; that is no crash.
        await ComesAsync(
            server,
            "SELECT pg_stat_reset_shared('bgwriter')",
            ResetOf("bgwriter"),
            goesOn: [ResetCounter.Inserted, ResetCounter.WalRecords],
            anew: [ResetCounter.BuffersAllocated]);
        await ComesAsync(
            server,
            "SELECT pg_stat_reset_shared('wal')",
            ResetOf("wal"),
            goesOn: [ResetCounter.Inserted, ResetCounter.BuffersAllocated, WalSyncs(major)],
            anew: [ResetCounter.WalRecords]);
        if (major >= 16)
        {
            var extends = new ResetCounter(
                "io", "extends", Io("extends"), "&label=backend_type:client%20backend&label=object:relation&label=context:bulkwrite");
            await server.RunAsync("CREATE TABLE bulk AS SELECT generate_series(1, 20000)");
            await ComesAsync(
                server,
                "SELECT pg_stat_reset_shared('io')",
                ResetOf("io LIMIT 1"),
                goesOn: [ResetCounter.Inserted, ResetCounter.WalRecords],
                anew: [extends],
                work: "DROP TABLE bulk; CREATE TABLE bulk AS SELECT generate_series(1, 30000)");
        }

        if (major >= 17)
        {
            await ComesAsync(
                server,
                "SELECT pg_stat_reset_shared()",
                ResetOf("bgwriter"),
                goesOn: [ResetCounter.Inserted, ResetCounter.TableInserted],
                anew: [ResetCounter.WalRecords, ResetCounter.BuffersAllocated]);
        }

        var slru = major >= 17 ? ("notify", "transaction") : ("Notify", "Xact");
        var transactions = new ResetCounter(
            "slru", "blks_hit", $"SELECT blks_hit FROM pg_stat_slru WHERE name = '{slru.Item2}'", "&label=name:transaction");
        await ComesAsync(
            server,
            $"SELECT pg_stat_reset_slru('{slru.Item1}')",
            $"SELECT extract(epoch FROM stats_reset) FROM pg_stat_slru WHERE name = '{slru.Item1}'",
            goesOn: [transactions, ResetCounter.Inserted],
            anew: []);
        if (major >= 18)
        {
            await ComesAsync(
                server,
                "SELECT pg_stat_reset_backend_stats(pg_backend_pid())",
                null,
                goesOn: [ResetCounter.Inserted, ResetCounter.WalRecords],
                anew: []);
        }

        // The whole database; the rows that are inserted afterwards are more than ever before.
        await ComesAsync(
            server,
            "SELECT pg_stat_reset()",
            DatabaseReset,
            goesOn: [ResetCounter.WalRecords],
            anew: [ResetCounter.Inserted, ResetCounter.TableInserted],
            rows: 400_000);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Statements_slots_and_subscriptions_are_reset_one_by_one(int major)
    {
        await using var server = await ResetServer.StartAsync(major);
        for (var i = 0; i < 3; i++)
        {
            await server.RunAsync("SELECT i AS mine FROM one LIMIT 1; SELECT max(i) AS theirs FROM one");
        }

        var (mine, theirs) = (await StatementAsync(server, "%AS mine%"), await StatementAsync(server, "%AS theirs%"));
        const string Again = "SELECT i AS mine FROM one LIMIT 1; SELECT max(i) AS theirs FROM one";
        await ComesAsync(
            server,
            $"SELECT pg_stat_statements_reset(0, 0, {mine.Filter.Split(':')[1]})",
            null,
            goesOn: [theirs, ResetCounter.Inserted],
            anew: [mine],
            work: Again);

        // All of them: they are run more often afterwards than ever before.
        var often = string.Join(';', Enumerable.Repeat(Again, 9));
        await ComesAsync(
            server, "SELECT pg_stat_statements_reset()", null, goesOn: [ResetCounter.Inserted], anew: [mine, theirs], work: often);

        await server.RunAsync("CREATE PUBLICATION p FOR TABLE one");
        await server.RunAsync(
            "SELECT pg_create_logical_replication_slot('slot', 'pgoutput'), pg_create_logical_replication_slot('other', 'pgoutput')");
        var (one, two) = (Slot("slot"), Slot("other"));
        const string Decode = "SELECT count(*) FROM pg_logical_slot_get_binary_changes('slot', NULL, NULL, 'proto_version', '1', "
            + "'publication_names', 'p'); SELECT count(*) FROM pg_logical_slot_get_binary_changes('other', NULL, NULL, 'proto_version', "
            + "'1', 'publication_names', 'p')";
        await server.WorkAsync(1);
        await server.RunAsync(Decode);
        await Eventually.TrueAsync(async () => await server.ReadAsync(two.Sql) >= 1, "the slots have statistics");
        await ComesAsync(
            server,
            "SELECT pg_stat_reset_replication_slot('slot')",
            "SELECT extract(epoch FROM stats_reset) FROM pg_stat_replication_slots WHERE slot_name = 'slot'",
            goesOn: [two],
            anew: [one],
            work: Decode);
        await server.RunAsync("SELECT pg_drop_replication_slot('slot'), pg_drop_replication_slot('other')");
        // On 15 a subscription that never connected has no statistics that could be reset.
        if (major >= 16)
        {
            await server.RunAsync("CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false)");
            var errors = new ResetCounter(
                "subscription_stats", "apply_error_count", "SELECT apply_error_count FROM pg_stat_subscription_stats");
            await ComesAsync(
                server,
                "SELECT pg_stat_reset_subscription_stats(oid) FROM pg_subscription",
                "SELECT extract(epoch FROM stats_reset) FROM pg_stat_subscription_stats",
                goesOn: [ResetCounter.Inserted],
                anew: [errors]);
        }
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_crash_begins_anew_what_it_clears_and_an_orderly_restart_nothing(int major)
    {
        await using var server = await ResetServer.StartAsync(major);
        await server.RunAsync("SELECT i AS mine FROM one LIMIT 1");
        await server.WorkAsync(1_000);
        var mine = await StatementAsync(server, "%AS mine%");
        const string Work = "SELECT i AS mine FROM one LIMIT 1";

        await ComesAsync(
            server,
            async () => await RestartAsync(server, crash: false),
            goesOn: [ResetCounter.Inserted, ResetCounter.TableInserted, ResetCounter.WalRecords, mine],
            anew: [],
            work: Work);

        // The rows inserted afterwards are more than ever before; the statements outlive an immediate stop.
        await ComesAsync(
            server,
            async () => await RestartAsync(server, crash: true),
            goesOn: [mine],
            anew: [ResetCounter.Inserted, ResetCounter.TableInserted, ResetCounter.WalRecords],
            rows: 50_000,
            work: Work);

        // Nothing is started anew where a session dies: the server recovers by itself and loses the same, and the statements too.
        var (from, to) = await ComesAsync(
            server, () => KillSessionAsync(server), goesOn: [],
            anew: [ResetCounter.Inserted, ResetCounter.TableInserted, ResetCounter.WalRecords], rows: 200_000, work: Work);

        // On 14 the database's own stats_reset moves with it, which is told instead.
        Assert.Equal([major == 14 ? "statsReset" : "crash"], (await server.DeltaAsync(ResetCounter.TableInserted, from, to)).Resets);
    }
}
