using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Pgwatch;
using MetricsCollector.Snapshots;


namespace MetricsCollector.Tests.Catalog.Formats;

[Trait("PostgreSQL", "any")]
public sealed class PgwatchFileTests
{
    private const string Queue =
        """
        metrics:
            queue:
                description: >
                    Jobs that wait in the
                    queue. Rarely more than ten.
                sqls:
                    11: |
                        select /* pgwatch_generated */
                          (extract(epoch from now()) * 1e9)::int8 as epoch_ns,
                          state as tag_state,
                          count(*) as waiting
                        from jobs group by state;
                    14: |
                        select state as tag_state, count(*) as waiting, max(age_s) as oldest_s from jobs group by state
                gauges:
                    - waiting
                is_instance_level: true
                node_status: primary
                statement_timeout_seconds: 300
                storage_name: jobs
                is_private: true
        """;

    [Fact]
    public void A_statement_is_for_its_version_up_to_below_the_next()
    {
        var files = Read(Queue);
        Assert.Equal(["11-13", "14+"], files.Select(file => file.Postgres.ToString()));
        Assert.EndsWith("from jobs group by state", files[0].SqlFor(13), StringComparison.Ordinal);
        Assert.Contains("oldest_s", files[1].SqlFor(18), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_file_says_of_a_metric_is_taken()
    {
        Assert.All(Read(Queue), file =>
        {
            Assert.Equal("queue", file.Metric);
            Assert.Equal("Jobs that wait in the queue.", file.Summary);
            Assert.Equal(MetricScope.Instance, file.Scope);
            Assert.Equal(ServerRole.Primary, file.Role);
            Assert.Equal(TimeSpan.FromMinutes(1), file.Every.Value);
            Assert.False(file.BuiltIn);
            Assert.Equal("metrics.yaml:2", file.Path);
            Assert.Empty(file.Fields);
        });
    }

    [Fact]
    public void A_metric_that_says_little_is_asked_of_every_database_of_every_server()
    {
        var file = Assert.Single(Read("metrics:\n  a:\n    sqls:\n      14: select 1 as x\n"));
        Assert.Equal(MetricScope.Database, file.Scope);
        Assert.Equal(ServerRole.Any, file.Role);
        Assert.Null(file.Requires);
        Assert.NotEmpty(file.Summary);
    }

    [Fact]
    public void The_metrics_may_stand_alone() =>
        Assert.Equal(["a", "b"], Read("a:\n  sqls: {14: select 1 as x}\nb:\n  sqls: {14: select 2 as y}\n").Select(file => file.Metric));

    [Fact]
    public void A_file_of_presets_alone_has_no_metric() =>
        Assert.Empty(Read("presets:\n  basic:\n    description: Few.\n    metrics:\n      db_stats: 60\n"));

    [Theory]
    [InlineData("''")]
    [InlineData("';'")]
    [InlineData("")]
    [InlineData("\"/* done elsewhere */\"")]
    [InlineData("show stats")]
    public void A_version_without_a_question_to_PostgreSQL_is_left_out(string sql)
    {
        var file = Assert.Single(Read($"metrics:\n  a:\n    sqls:\n      11: select 1 as x\n      15: {sql}\n"));
        Assert.Equal("11-14", file.Postgres.ToString());
    }

    [Fact]
    public void A_column_with_the_prefix_tag_is_a_label()
    {
        Assert.Equal(new ColumnRole("state", null), RoleOf(Queue, "tag_state", isNumber: false));
        Assert.Equal(new ColumnRole("pid", null), RoleOf(Queue, "tag_pid", isNumber: true));
    }

    [Fact]
    public void A_number_is_a_gauge_where_the_file_lists_it_and_a_counter_elsewhere()
    {
        Assert.Equal(new Field("waiting", FieldKind.Gauge, "count", "waiting"), RoleOf(Queue, "waiting", isNumber: true).Field);
        Assert.Equal(new Field("oldest_s", FieldKind.Counter, "seconds", "oldest_s"), RoleOf(Queue, "oldest_s", isNumber: true).Field);
    }

    [Fact]
    public void A_star_makes_every_number_a_gauge() =>
        Assert.Equal(
            FieldKind.Gauge, RoleOf("metrics:\n  a:\n    sqls: {14: select 1 as x}\n    gauges: ['*']\n", "x", isNumber: true).Field!.Kind);

    [Theory]
    [InlineData("epoch_ns", true)]
    [InlineData("query", false)]
    public void The_time_and_other_texts_are_passed_over(string column, bool isNumber) =>
        Assert.Equal(new ColumnRole(null, null), RoleOf(Queue, column, isNumber));

    [Theory]
    [InlineData("size_b", "bytes")]
    [InlineData("wal_bytes", "bytes")]
    [InlineData("wait_ms", "milliseconds")]
    [InlineData("total_exec_time", "milliseconds")]
    [InlineData("uptime_s", "seconds")]
    [InlineData("age_seconds", "seconds")]
    [InlineData("used_pct", "percent")]
    [InlineData("seconds", "seconds")]
    [InlineData("wait_seconds_sum", "seconds")]
    [InlineData("calls", "count")]
    public void The_end_of_a_name_tells_the_unit(string column, string unit) =>
        Assert.Equal(unit, RoleOf(Queue, column, isNumber: true).Field!.Unit);

    [Fact]
    public void The_interval_is_the_one_of_the_preset_full()
    {
        var text = Queue
            + "\npresets:\n    basic:\n        metrics:\n            queue: 300\n    full:\n        metrics:\n            queue: 30\n";
        Assert.All(Read(text), file => Assert.Equal(TimeSpan.FromSeconds(30), file.Every.Value));
    }

    [Fact]
    public void Without_a_preset_full_the_first_that_names_the_metric_gives_the_interval()
    {
        var text = Queue + "\npresets:\n    none:\n        metrics: {other: 10}\n    slow:\n        metrics: {queue: 300}\n    fast:\n    "
            + "    metrics: {queue: 5}\n";
        Assert.All(Read(text), file => Assert.Equal(TimeSpan.FromMinutes(5), file.Every.Value));
    }

    [Theory]
    [InlineData("CREATE EXTENSION IF NOT EXISTS pg_buffercache;", "pg_buffercache")]
    [InlineData("create extension pgstattuple", "pgstattuple")]
    [InlineData("CREATE EXTENSION IF NOT EXISTS a; CREATE FUNCTION b() RETURNS int AS '1' LANGUAGE sql;", null)]
    public void An_init_sql_that_only_creates_an_extension_says_that_it_is_needed(string sql, string? extension)
    {
        var file = Assert.Single(Read($"metrics:\n  a:\n    init_sql: \"{sql}\"\n    sqls: {{14: select 1 as x}}\n"));
        Assert.Equal(extension, file.Requires?.Name);
    }

    [Theory]
    [InlineData("metrics:\n  a:\n    gauges: ['*']\n", 2, "the metric 'a' has no statement; write 'sqls:'")]
    [InlineData("metrics:\n  a:\n    sqls:\n      v14: select 1\n", 4, "'v14' is not a major version; write the oldest")]
    [InlineData("metrics:\n  a:\n    sqls: select 1\n", 3, "here should stand keys with their values; write 'sqls:'")]
    [InlineData("metrics:\n  a:\n    sqls: {14: [select 1]}\n", 3, "'14' must be one text")]
    [InlineData("metrics:\n  a:\n    sqls:\n      14: select 1; select 2\n", 4, "several statements stand here; keep one")]
    [InlineData("metrics:\n  a b:\n    sqls: {14: select 1}\n", 2, "'a b' is not a metric name; write letters, digits and underscores")]
    [InlineData(
        "metrics:\n  a:\n    sqls: {14: select 1}\n    node_status: master\n",
        4,
        "'master' is not a node_status; write primary or standby")]
    [InlineData(
        "metrics:\n  a:\n    sqls: {14: select 1}\n    is_instance_level: maybe\n",
        4,
        "'is_instance_level' is neither true nor false; write 'is_instance_level: true'")]
    [InlineData(
        "metrics:\n  a:\n    sqls: {14: select 1}\n    gauges: {x: 1}\n",
        4,
        "'gauges' must be a list of names; write 'gauges: [one, another]'")]
    [InlineData(
        "metrics:\n  a:\n    sqls: {14: select 1}\npresets:\n  p:\n    metrics:\n      a: often\n",
        7,
        "'often' is not an interval for 'a'; write seconds")]
    [InlineData("metrics:\n  a:\n    sqls: {14: select 1}\n  a:\n    sqls: {15: select 1}\n", 4, "this is not YAML: Duplicate key")]
    [InlineData("metrics:\n  a:\n    sqls:\n      14: \"select 1\n", 4, "this is not YAML:")]
    [InlineData("- a\n- b\n", 1, "here should stand keys with their values")]
    [InlineData("", 1, "the file is empty; write")]
    public void An_error_has_its_line_and_its_remedy(string text, int line, string message)
    {
        var error = Assert.Single(Assert.Throws<MetricFileException>(() => PgwatchFile.Read("metrics.yaml", text)).Errors);
        Assert.StartsWith($"metrics.yaml:{line}: {message}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_of_a_file_come_at_once()
    {
        var exception = Assert.Throws<MetricFileException>(
            () => Read("metrics:\n  a: {}\n  b:\n    sqls: {x: select 1}\n    node_status: both\n"));
        Assert.Equal(["metrics.yaml:2", "metrics.yaml:5", "metrics.yaml:4"], exception.Errors.Select(error => error[..14]));
    }

    [Fact]
    public void Semicolons_inside_quotes_and_comments_end_no_statement() =>
        Assert.Single(Read("metrics:\n  a:\n    sqls:\n      14: |\n        select ';' as a, $x$;$x$ as b /* ; */ -- ;\n        ;\n"));

    [Fact]
    public void Anchors_and_merge_keys_are_followed()
    {
        var files = Read(
            "metrics:\n  a: &base\n    sqls: {14: select 1 as x}\n    is_instance_level: true\n  b:\n    <<: *base\n    gauges: [x]\n");
        Assert.Equal(["a", "b"], files.Select(file => file.Metric));
        Assert.Equal(MetricScope.Instance, files[1].Scope);
    }

    private static ColumnRole RoleOf(string text, string column, bool isNumber) => Read(text)[0].Columns!(column, isNumber);

    private static IReadOnlyList<MetricFile> Read(string text) => PgwatchFile.Read("metrics.yaml", text);
}
