using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Tests.Collection;
using MetricsCollector.Targets.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Tests.Sessions;

/// <summary>Texts that are not in the encoding of the session cost nothing but their own look.</summary>
[Trait("PostgreSQL", "each")]
public sealed class MixedEncodingsTests(MixedEncodings server) : IClassFixture<MixedEncodings>
{
    private static readonly MetricCatalog Catalog = MetricCatalog.Load();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shared_names_in_another_encoding_are_shown_and_cost_no_metric()
    {
        var collected = await CollectAsync(server.ConnectionString);
        Assert.Null(collected.Unreachable);
        Assert.Equal(1, Find(collected, "up").Rows[0].Readings[0]);
        Assert.DoesNotContain(collected.Snapshots, snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed);
        Assert.Equal(
            [@"jos\xE8", @"jos\xE9"],
            Labels(collected, "roles", "rolname")
                .Where(name => name.StartsWith("jos", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        Assert.Contains(@"soci\xE9t\xE9", Labels(collected, "database", "datname"));
        Assert.Contains(@"soci\xE9t\xE9", Labels(collected, "database_size", "datname"));
    }

    [Fact]
    public async Task Tables_are_collected_from_databases_in_any_encoding()
    {
        var tables = Find(await CollectAsync(server.ConnectionString), "tables");
        Assert.Equal(
            ["asc_db " + @"caf\xE9", "euc 日本", "lat tête"],
            tables.Rows.Select(row => $"{row.Labels["datname"]} {row.Labels["relname"]}").Order(StringComparer.Ordinal));

        // Its name cannot be sent: told, and nothing else is lost.
        Assert.Equal(OutcomeStatus.Partial, tables.Outcome.Status);
        Assert.StartsWith(
            @"database soci\xE9t\xE9: the name of database soci\xE9t\xE9 is not UTF-8, ", tables.Outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("answered", tables.Outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lat", "josé")]
    [InlineData("euc", @"jos\xE9")]
    [InlineData("asc_db", @"jos\xE9")]
    public async Task The_same_names_are_read_from_a_session_in_any_database(string database, string expected)
    {
        var collected = await CollectAsync(server.To(database));
        Assert.Null(collected.Unreachable);
        Assert.DoesNotContain(collected.Snapshots, snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed);
        Assert.Contains(expected, Labels(collected, "roles", "rolname"));
    }

    [Fact]
    public async Task A_message_that_is_not_utf8_is_told()
    {
        await using var session = new TargetSession(
            new Target("test", new NpgsqlConnectionStringBuilder(server.ConnectionString)),
            new SessionLimits(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100)));
        await session.OpenAsync(Cancellation);
        var statement = new Statement(
            "SELECT pg_catalog.has_database_privilege(rolname || 'x', 'postgres', 'connect') "
            + "FROM pg_catalog.pg_roles WHERE rolname LIKE 'jos%'");
        var asked = await session.ExecuteAsync([statement], static (_, reader, token) => reader.ReadAsync(token), Cancellation);
        Assert.Matches(@"jos\\xE[89]x", Assert.IsType<PostgresException>(asked.Failure).MessageText);
    }

    [Fact]
    public async Task Texts_of_statements_that_no_UTF8_database_can_read_come_through_one_that_checks_nothing()
    {
        // With one number it would be the same statement as that of metric 'up', whose text PostgreSQL keeps when it comes first.
        await server.RunAsync("asc_db", "SELECT 1, 2, 3 AS \"café\"", "Encoding=iso-8859-1;Client Encoding=SQL_ASCII");
        await server.RunAsync("euc", "SELECT 1 AS \"日本\"");
        // The other tests of the class leave more statements than the cap keeps.
        var options = new CollectionOptions { Timeout = new Duration(TimeSpan.FromMinutes(1)), TopRows = 10_000 };
        await using var collector = TestCollector.Of(server.ConnectionString, options: options);
        var refused = Find(await collector.CollectAsync("statement_texts"), "statement_texts").Outcome;
        Assert.Equal((OutcomeStatus.Failed, PostgresErrorCodes.CharacterNotInRepertoire), (refused.Status, refused.SqlState));
        Assert.Contains("run CREATE EXTENSION pg_stat_statements in database asc_db,", refused.Reason, StringComparison.Ordinal);

        await server.RunAsync("asc_db", "CREATE EXTENSION pg_stat_statements");
        Assert.Equal(Outcome.Ok, Find(await collector.CollectAsync("statement_texts"), "statement_texts").Outcome);
        var texts = Find(await collector.CollectAsync("statements"), "statements").Rows
            .Select(row => (Database: row.Labels["datname"], Text: row.Attributes?.GetValueOrDefault("query") ?? string.Empty))
            .ToList();
        Assert.Contains(("asc_db", "SELECT $1, $2, $3 AS \"caf\\xE9\""), texts.Select(text => (text.Database, text.Text)));
        Assert.Contains(texts, text => text.Database == "postgres" && text.Text.StartsWith("CREATE DATABASE", StringComparison.Ordinal));
    }

    private static Snapshot Find(CollectionRun collected, string metric) =>
        collected.Snapshots.Single(snapshot => snapshot.Metric == metric);

    private static IEnumerable<string> Labels(CollectionRun collected, string metric, string label) =>
        Find(collected, metric).Rows.Select(row => row.Labels[label]!);

    private static async Task<CollectionRun> CollectAsync(string connectionString)
    {
        var target = new Target("test", new NpgsqlConnectionStringBuilder(connectionString))
        {
            Preset = "exhaustive",
            Metrics = new Globs(["!statement_texts"]),
        };
        await using var collector = new TargetCollector(
            target, Catalog, new CollectionOptions(), new Unwritten(), TimeProvider.System, NullLogger.Instance);
        return await collector.CollectNowAsync([.. collector.Plan.Metrics.Keys], store: false, Cancellation);
    }
}
