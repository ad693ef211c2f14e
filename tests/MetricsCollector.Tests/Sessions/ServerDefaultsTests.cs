using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Tests.Sessions;

/// <summary>Servers whose defaults, triggers and roles get in the way of other clients.</summary>
[Trait("PostgreSQL", "each")]
public sealed class ServerDefaultsTests
{
    private static readonly MetricCatalog Catalog = MetricCatalog.Load();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standby_with_a_serializable_default_is_collected_and_left_when_it_is_promoted()
    {
        await using var primary = await LocalServer.StartAsync(new LocalServerOptions
        {
            FromTemplate = true,
            Major = TestMajors.All[0],
        }, Cancellation);
        await RunAsync(primary.ConnectionString(), "CREATE DATABASE shop");
        await RunAsync(primary.ConnectionString(), "CREATE DATABASE archive");
        await using var standby = await LocalServer.StartStandbyAsync(primary, Cancellation);
        await RunAsync(primary.ConnectionString(), "ALTER DATABASE shop SET default_transaction_isolation = 'serializable'");
        await RunAsync(primary.ConnectionString(), "ALTER DATABASE archive SET default_transaction_isolation = 'serializable'");
        await Eventually.TrueAsync(() => RefusesAsync(standby.ConnectionString("archive")), "other clients are refused there");
        var collected = await CollectAsync(standby.ConnectionString("shop"));
        Assert.Null(collected.Unreachable);
        Assert.DoesNotContain(collected.Snapshots, snapshot => snapshot.Outcome.Status is OutcomeStatus.Failed or OutcomeStatus.Partial);

        var both = new NpgsqlConnectionStringBuilder(standby.ConnectionString())
        {
            Host = $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}",
            TargetSessionAttributes = "standby",
        };
        await using var session = new TargetSession(
            new Target("test", both), new SessionLimits(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100)));
        await session.OpenAsync(Cancellation);
        Assert.True(session.Facts!.InRecovery);
        await standby.PromoteAsync(Cancellation);
        await Eventually.TrueAsync(
            async () => (await session.ExecuteAsync([], static (_, _, _) => Task.CompletedTask, Cancellation)).Failure is not null,
            "the session leaves the server that is no standby any more");
        Assert.False(session.IsOpen);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => session.OpenAsync(Cancellation));
    }

    [Fact]
    public async Task The_role_of_the_script_logs_in_where_a_login_trigger_writes()
    {
        if (TestMajors.All[0] < 17)
        {
            Assert.Skip("Login triggers came with PostgreSQL 17.");
        }

        await using var server = await LocalServer.StartAsync(new LocalServerOptions
        {
            FromTemplate = true,
            Major = TestMajors.All[0],
        }, Cancellation);

        // A role that an earlier version of the script made.
        await RunAsync(server.ConnectionString(), "CREATE ROLE metrics_collector LOGIN PASSWORD 'x'");
        await RunAsync(server.ConnectionString(), "ALTER ROLE metrics_collector SET default_transaction_read_only = on");
        await RunAsync(server.ConnectionString(), "ALTER ROLE metrics_collector SET statement_timeout = '30s'");
        for (var i = 0; i < 2; i++)
        {
            await RunAsync(
                server.ConnectionString(),
                await File.ReadAllTextAsync(Path.Combine(Repository.Root, "scripts", "create_monitor_role.sql"), Cancellation));
        }

        await RunAsync(
            server.ConnectionString(),
            """
            CREATE TABLE public.logins(who text, at timestamptz);
            CREATE FUNCTION public.note_login() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS
            $$BEGIN IF pg_is_in_recovery() THEN RETURN; END IF; INSERT INTO public.logins VALUES (session_user, now()); END$$;
            CREATE EVENT TRIGGER note_login ON login EXECUTE FUNCTION public.note_login();
            ALTER EVENT TRIGGER note_login ENABLE ALWAYS;
            """);
        var role = new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Username = "metrics_collector", Password = "x" };
        var collected = await CollectAsync(role.ConnectionString);
        Assert.Null(collected.Unreachable);
        Assert.DoesNotContain(collected.Snapshots, snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed);

        // With nothing of its own the role sees the settings of the server.
        var settings = collected.Snapshots.Single(snapshot => snapshot.Metric == "settings").Rows;
        string[] defaults =
            ["default_transaction_read_only", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
        foreach (var setting in defaults)
        {
            Assert.Equal((setting, 0), (setting, settings.Single(row => row.Labels["name"] == setting).Readings[0]));
        }

        // What the script took from the role, the session sets itself; and read-write finds the server.
        role.Host = $"127.0.0.1:{server.Port},127.0.0.1:1";
        role.TargetSessionAttributes = "read-write";
        await using var session = new TargetSession(
            new Target("test", role), new SessionLimits(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100)));
        await session.OpenAsync(Cancellation);
        var asked = await session.ExecuteAsync(
            [new Statement("CREATE TEMPORARY SEQUENCE s")], static (_, _, _) => Task.CompletedTask, Cancellation);
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, Assert.IsType<PostgresException>(asked.Failure).SqlState);
    }

    private static async Task<bool> RefusesAsync(string connectionString)
    {
        try
        {
            await RunAsync(connectionString, "SELECT 1");
            return false;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            return true;
        }
    }

    private static async Task<CollectionRun> CollectAsync(string connectionString)
    {
        var target = new Target("test", new NpgsqlConnectionStringBuilder(connectionString));
        await using var collector = new TargetCollector(
            target, Catalog, new CollectionOptions(), new Unwritten(), TimeProvider.System, NullLogger.Instance);
        return await collector.CollectNowAsync([.. collector.Plan.Metrics.Keys], store: false, Cancellation);
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
