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

/// <summary>
/// Whoever may create functions, operators, types and tables in <c>public</c>, where extensions often are, can have none of them run by the
/// collector: for every name that a built-in statement uses there is a trap that would fail it.
/// </summary>
[Trait("PostgreSQL", "each")]
public sealed class TrappedSchemaTests
{
    private static readonly MetricCatalog Catalog = MetricCatalog.Load();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Majors => [.. TestMajors.All];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Nothing_in_the_schema_of_an_extension_is_called(int major)
    {
        await using var server = await LocalServer.StartAsync(new LocalServerOptions { FromTemplate = true, Major = major }, Cancellation);
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionString()};Pooling=false;Search Path=pg_catalog");
        await RunAsync(source, "CREATE EXTENSION pg_stat_statements SCHEMA public");
        await RunAsync(source, "DO $$ BEGIN CREATE EXTENSION pg_buffercache SCHEMA public; EXCEPTION WHEN OTHERS THEN NULL; END $$");
        var expected = await OutcomesAsync(server.ConnectionString());
        Assert.Contains("statements Ok", expected);

        var texts = string.Join('\n', Statements(major).Append(ServerFactsSql()));
        await RunAsync(source, Traps, ("texts", texts));
        Assert.NotEqual(0, await SprungAsync(server.ConnectionString(), major));

        // Even where public comes first.
        await RunAsync(source, "ALTER DATABASE postgres SET search_path = public, pg_catalog");
        Assert.Equal(expected, await OutcomesAsync(server.ConnectionString()));
    }

    // One overload for each combination of common types, of every function and operator whose name is somewhere in the texts.
    private const string Traps =
        """
        DO $do$
        DECLARE
          types text[] := ARRAY['bool', 'int2', 'int4', 'int8', 'float8', 'numeric', 'text', 'name', 'oid', '"char"', 'timestamptz',
                                'interval', 'xid', 'pg_lsn', 'text[]', 'name[]', 'inet', 'regclass'];
          texts text := current_setting('trap.texts');
          body text := 'BEGIN RAISE EXCEPTION ''trapped''; END';
          found record;
          a text;
          b text;
        BEGIN
          SET LOCAL check_function_bodies = off;
          FOREACH a IN ARRAY types LOOP
            FOREACH b IN ARRAY types LOOP
              EXECUTE format('CREATE FUNCTION public.trap(%s, %s) RETURNS bool LANGUAGE plpgsql AS %L', a, b, body);
            END LOOP;
          END LOOP;
          FOR found IN SELECT DISTINCT proname, least(pronargs, 2) AS args FROM pg_proc
                       WHERE pronamespace = 'pg_catalog'::regnamespace AND pronargs > 0
                         AND texts ~* ('\m' || regexp_replace(proname, '(\W)', '\\\1', 'g') || '\s*\(') LOOP
            FOREACH a IN ARRAY types LOOP
              CONTINUE WHEN found.args = 2;
              EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS text LANGUAGE plpgsql AS %L', found.proname, a, body);
            END LOOP;
            FOREACH a IN ARRAY types LOOP
              EXIT WHEN found.args = 1;
              FOREACH b IN ARRAY types LOOP
                EXECUTE format('CREATE FUNCTION public.%I(%s, %s) RETURNS text LANGUAGE plpgsql AS %L', found.proname, a, b, body);
              END LOOP;
            END LOOP;
          END LOOP;
          FOR found IN SELECT DISTINCT oprname FROM pg_operator WHERE oprkind = 'b' AND strpos(texts, ' ' || oprname || ' ') > 0 LOOP
            FOREACH a IN ARRAY types LOOP
              FOREACH b IN ARRAY types LOOP
                EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.trap)', found.oprname, a, b);
              END LOOP;
            END LOOP;
          END LOOP;
          FOR found IN SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')
                       AND texts ~ ('\m' || relname || '\M') LOOP
            EXECUTE format('CREATE TABLE public.%I (trapped bool)', found.relname);
          END LOOP;
          FOR found IN SELECT typname FROM pg_type WHERE typname IN ('text', 'float8', 'int4', 'int8', 'numeric', 'name')
                       AND typnamespace = 'pg_catalog'::regnamespace LOOP
            EXECUTE format('CREATE TYPE public.%I AS ENUM (''trapped'')', found.typname);
          END LOOP;
        END $do$
        """;

    private static IEnumerable<string> Statements(int major) =>
        Catalog.Metrics.Where(metric => !metric.Computed).Select(metric => metric.FileFor(major)?.SqlFor(major)).OfType<string>();

    private static string ServerFactsSql()
    {
        using var reader = new StreamReader(typeof(TargetSession).Assembly.GetManifestResourceStream("Targets/server_facts.sql")!);
        return reader.ReadToEnd();
    }

    // Proves that the traps are good: with public on the path, as it once was, statements fall into them.
    private static async Task<int> SprungAsync(string connectionString, int major)
    {
        await using var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false;Search Path=pg_catalog,public");
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        var sprung = 0;
        foreach (var sql in Statements(major).Append(ServerFactsSql()))
        {
            try
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(Cancellation);
            }
            catch (PostgresException exception)
            {
                sprung += exception.MessageText.Contains("trapped", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        return sprung;
    }

    private static async Task<List<string>> OutcomesAsync(string connectionString)
    {
        var target = new Target("test", new NpgsqlConnectionStringBuilder(connectionString)) { Preset = "exhaustive" };
        await using var collector = new TargetCollector(
            target, Catalog, new CollectionOptions(), new Unwritten(), TimeProvider.System, NullLogger.Instance);
        var outcomes = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            // Once as texts, once prepared.
            var collected = await collector.CollectNowAsync([.. collector.Plan.Metrics.Keys], store: false, Cancellation);
            outcomes.AddRange(
                from snapshot in collected.Snapshots
                let reason = snapshot.Outcome.Status == OutcomeStatus.Ok ? string.Empty : $" {snapshot.Outcome.Reason}"
                select $"{snapshot.Metric} {snapshot.Outcome.Status}{reason}");
        }

        return outcomes;
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql, params (string Name, string Value)[] settings)
    {
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        foreach (var (name, value) in settings)
        {
            await using var set = new NpgsqlCommand("SELECT set_config($1, $2, false)", connection);
            set.Parameters.AddWithValue($"trap.{name}");
            set.Parameters.AddWithValue(value);
            await set.ExecuteNonQueryAsync(Cancellation);
        }

        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
