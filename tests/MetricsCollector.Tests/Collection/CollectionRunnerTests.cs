using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>One collection over a real server, with metrics that fail in every way a metric can.</summary>
[Trait("PostgreSQL", "each")]
public sealed class CollectionRunnerTests(PostgresFixture postgres)
{
    private static readonly string[] Good =
    [
        "-- metric: good",
        "-- summary: Good.",
        "-- label name: Name.",
        "-- gauge value rows: Value.",
        "SELECT 'a' AS name, 1 AS value UNION ALL SELECT 'b', NULL",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_built_in_metric_has_an_outcome_and_none_fails()
    {
        await using var collector = Collector(MetricCatalog.Load(), postgres.ConnectionString);
        var collection = await CollectAsync(collector);
        Assert.Equal(collector.Plan.Metrics.Keys.Order(), collection.Snapshots.Select(snapshot => snapshot.Metric).Order());
        Assert.Empty(collection.Snapshots
            .Where(snapshot => snapshot.Outcome.Status is OutcomeStatus.Failed or OutcomeStatus.Partial)
            .Select(snapshot => $"{snapshot.Metric}: {snapshot.Outcome}"));
        Assert.Equal(OutcomeStatus.Ok, collection.Status);
    }

    [Fact]
    public async Task A_second_collection_takes_one_round_trip()
    {
        await using var collector = Collector(MetricCatalog.Load(), postgres.ConnectionString);
        await CollectAsync(collector);
        Assert.Equal(1, (await CollectAsync(collector)).RoundTrips);
    }

    [Fact]
    public async Task A_metric_that_fails_costs_no_other_its_answer()
    {
        await using var collector = Collector(
            Catalog(
                Good, ["-- metric: bad", "-- summary: Bad.", "-- gauge value rows: Value.", "SELECT 1/0 AS value"],
                ["-- metric: zz", "-- summary: Z.", "-- gauge value rows: Value.", "SELECT 2 AS value"]),
            postgres.ConnectionString);
        var collection = await CollectAsync(collector);
        Assert.Equal(OutcomeStatus.Partial, collection.Status);
        Assert.Equal(new Outcome(OutcomeStatus.Failed, "division by zero", "22012"), Find(collection, "bad").Outcome);
        Assert.Equal(Outcome.Ok, Find(collection, "good").Outcome);
        Assert.Equal(2, Find(collection, "zz").Rows[0].Readings[0]);
    }

    [Fact]
    public async Task Null_is_a_reading_of_its_own()
    {
        await using var collector = Collector(Catalog(Good), postgres.ConnectionString);
        var rows = Find(await CollectAsync(collector), "good").Rows;
        Assert.Equal([1, null], rows.Select(row => row.Readings[0]));
        Assert.Equal(["a", "b"], rows.Select(row => row.Labels["name"]));
    }

    [Fact]
    public async Task A_column_the_server_lacks_costs_the_field_and_not_the_row()
    {
        await using var collector = Collector(
            Catalog(
                [
                    "-- metric: forked", "-- summary: F.", "-- gauge there rows: There.", "-- gauge gone rows: Gone.",
                    "-- gauge gone_too rows: Gone.", "SELECT", "  1 AS there,", "  s.no_such_column AS gone,", "  s.nor_this AS gone_too",
                    "FROM pg_stat_bgwriter AS s",
                ]),
            postgres.ConnectionString);
        var snapshot = Find(await CollectAsync(collector), "forked");
        Assert.Equal(OutcomeStatus.Partial, snapshot.Outcome.Status);
        Assert.Contains("no column gone", snapshot.Outcome.Reason, StringComparison.Ordinal);
        Assert.Equal([1, null, null], snapshot.Rows[0].Readings);
        Assert.Equal(1, (await CollectAsync(collector)).RoundTrips);
    }

    [Fact]
    public async Task A_missing_privilege_is_skipped_with_the_grant_to_run()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var collector = Collector(
            Catalog(["-- metric: secret", "-- summary: S.", "-- gauge value rows: Value.", "SELECT count(*) AS value FROM pg_authid"]),
            role.ConnectionString);
        var outcome = Find(await CollectAsync(collector), "secret").Outcome;
        Assert.Equal((OutcomeStatus.Skipped, "42501"), (outcome.Status, outcome.SqlState));
        Assert.Contains($"run: GRANT SELECT ON pg_catalog.pg_authid TO \"{role.Name}\"", outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-- postgres: 99+", "needs PostgreSQL 99+")]
    [InlineData("-- role: standby", "for standbys; this server is a primary")]
    [InlineData("-- requires: no_such_extension 1.0", "CREATE EXTENSION no_such_extension")]
    [InlineData("-- requires: plpgsql 99.0", "ALTER EXTENSION plpgsql UPDATE")]
    public async Task What_does_not_apply_is_skipped_and_says_why(string header, string reason)
    {
        await using var collector = Collector(
            Catalog(["-- metric: picky", "-- summary: P.", header, "-- gauge value rows: Value.", "SELECT 1 AS value"]),
            postgres.ConnectionString);
        var outcome = Find(await CollectAsync(collector), "picky").Outcome;
        Assert.Equal(OutcomeStatus.Skipped, outcome.Status);
        Assert.Contains(reason, outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_with_the_same_labels_are_told_and_the_first_is_kept()
    {
        await using var collector = Collector(
            Catalog(
                [
                    "-- metric: twins", "-- summary: T.", "-- label name: Name.", "-- gauge value rows: Value.",
                    "SELECT 'a' AS name, 1 AS value UNION ALL SELECT 'a', 2",
                ]),
            postgres.ConnectionString);
        var snapshot = Find(await CollectAsync(collector), "twins");
        Assert.Equal(OutcomeStatus.Partial, snapshot.Outcome.Status);
        Assert.Single(snapshot.Rows);
    }

    [Fact]
    public async Task A_column_that_is_no_number_is_told()
    {
        await using var collector = Collector(
            Catalog(["-- metric: wordy", "-- summary: W.", "-- gauge value rows: Value.", "SELECT 'many' AS value"]),
            postgres.ConnectionString);
        var outcome = Find(await CollectAsync(collector), "wordy").Outcome;
        Assert.Equal(OutcomeStatus.Partial, outcome.Status);
        Assert.Contains("cast it to float8", outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'a'::name", "a")]
    [InlineData("12345::oid", "12345")]
    // Of eight digits behind the slash, as 19 writes every one; ValueTests has shorter ones.
    [InlineData("'A/916B3748'::pg_lsn", "A/916B3748")]
    [InlineData("'10.0.0.1'::inet", "10.0.0.1")]
    [InlineData("'10.0.0.0/8'::cidr", "10.0.0.0/8")]
    [InlineData("'12345678-1234-1234-1234-123456789abc'::uuid", "12345678-1234-1234-1234-123456789abc")]
    [InlineData("'{\"a\":1}'::json", "{\"a\":1}")]
    [InlineData("'{\"a\": 1}'::jsonb", "{\"a\": 1}")]
    [InlineData("1.50::numeric", "1.50")]
    [InlineData("true", "true")]
    [InlineData("'12.34'::money", "12.34")]
    [InlineData("'pg_class'::regclass::oid", "1259")]
    public async Task A_label_may_be_of_any_plain_type(string expression, string text)
    {
        await using var collector = Collector(
            Catalog(
                [
                    "-- metric: typed", "-- summary: T.", "-- label name: Name.", "-- gauge value rows: Value.",
                    $"SELECT {expression} AS name, 1 AS value",
                ]),
            postgres.ConnectionString);
        var snapshot = Find(await CollectAsync(collector), "typed");
        Assert.Equal((Outcome.Ok, text), (snapshot.Outcome, snapshot.Rows[0].Labels["name"]));
    }

    [Theory]
    [InlineData("ARRAY['a', 'b']")]
    [InlineData("ROW(1, 'a')")]
    [InlineData("'pg_class'::regclass")]
    [InlineData("int4range(1, 5)")]
    [InlineData("'(1,2)'::point")]
    [InlineData("'x'::\"char\"")]
    public async Task A_label_of_a_type_that_is_not_read_is_told_and_the_rest_is_kept(string expression)
    {
        await using var collector = Collector(
            Catalog(
                Good,
                [
                    "-- metric: odd", "-- summary: O.", "-- label name: Name.", "-- gauge value rows: Value.",
                    $"SELECT {expression} AS name, 1 AS value",
                ]),
            postgres.ConnectionString);
        var collection = await CollectAsync(collector);
        var snapshot = Find(collection, "odd");
        Assert.Equal(OutcomeStatus.Partial, snapshot.Outcome.Status);
        Assert.Contains("the column name", snapshot.Outcome.Reason, StringComparison.Ordinal);
        Assert.Contains("cast it to text", snapshot.Outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(1, snapshot.Rows[0].Readings[0]);
        Assert.Equal(Outcome.Ok, Find(collection, "good").Outcome);
    }

    [Fact]
    public async Task A_server_that_is_away_reads_up_0_and_fails_the_rest_with_the_reason()
    {
        await using var collector = Collector(MetricCatalog.Load(), "Host=127.0.0.1;Port=1;Username=me;Password=hunter2");
        var collection = await CollectAsync(collector);
        Assert.Equal(OutcomeStatus.Failed, collection.Status);
        Assert.Equal(0, Find(collection, "up").Rows[0].Readings[0]);
        Assert.Equal(OutcomeStatus.Failed, Find(collection, "database").Outcome.Status);
        Assert.Contains("127.0.0.1:1", collection.Unreachable, StringComparison.Ordinal);
        Assert.Equal((TargetStatus.Down, collection.Unreachable), (collector.State.Status, collector.State.Reason));
        Assert.DoesNotContain("hunter2", collection.Unreachable, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_died_between_collections_is_made_anew_within_the_collection()
    {
        await using var role = await postgres.CreateRoleAsync();
        await using var collector = Collector(MetricCatalog.Load(), role.ConnectionString);
        await CollectAsync(collector);
        await using (var source = NpgsqlDataSource.Create(postgres.ConnectionString))
        await using (var command = source.CreateCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            + $"WHERE application_name = 'metrics-collector' AND usename = '{role.Name}'"))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var collection = await CollectAsync(collector);
        Assert.Null(collection.Unreachable);
        Assert.Equal(Outcome.Ok, Find(collection, "database").Outcome);
    }

    [Fact]
    public async Task Requests_at_once_share_one_collection()
    {
        await using var collector = Collector(MetricCatalog.Load(), postgres.ConnectionString);
        var collections = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CollectAsync(collector)));
        Assert.Single(collections.Select(collection => collection.Id).Distinct());
        Assert.NotEqual(collections[0].Id, (await CollectAsync(collector)).Id);
    }

    private static Snapshot Find(CollectionRun collection, string metric) =>
        collection.Snapshots.Single(snapshot => snapshot.Metric == metric);

    private static Task<CollectionRun> CollectAsync(TargetCollector collector) =>
        collector.CollectNowAsync([.. collector.Plan.Metrics.Keys], store: false, Cancellation);

    private static MetricCatalog Catalog(params string[][] files)
    {
        var directory = Directory.CreateTempSubdirectory("metrics-collector-pass-");
        try
        {
            for (var i = 0; i < files.Length; i++)
            {
                File.WriteAllLines(Path.Combine(directory.FullName, $"{i}.sql"), files[i]);
            }

            return MetricCatalog.Load(directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static TargetCollector Collector(MetricCatalog catalog, string connectionString) => new(
        new Target("test", new NpgsqlConnectionStringBuilder(connectionString))
        {
            Preset = "exhaustive",
            Databases = new Globs(["postgres"]),
        },
        catalog,
        new CollectionOptions(),
        new Unwritten(),
        TimeProvider.System,
        NullLogger.Instance);
}
