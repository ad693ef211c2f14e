using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.PostgresExporter;
using MetricsCollector.Snapshots;


namespace MetricsCollector.Tests.Catalog.Formats;

[Trait("PostgreSQL", "any")]
public sealed class PostgresExporterFileTests
{
    private const string Shop =
        """
        shop_orders:
          query: "SELECT shop, id, sold, revenue_bytes, waiting FROM orders;"
          master: true
          cache_seconds: 30
          runonserver: ">=14.0.0 <17.0.0"
          metrics:
            - shop:
                usage: "LABEL"
                description: "Name of the shop"
            - id:
                usage: "DISCARD"
                description: "Number of the shop"
            - sold:
                usage: "COUNTER"
                description: "Orders sold"
            - revenue_bytes:
                usage: "COUNTER"
            - waiting:
                usage: "GAUGE"
                description: "Orders that wait"
        """;

    [Fact]
    public void The_columns_are_what_their_usage_says()
    {
        var file = Assert.Single(Read(Shop));
        Assert.Equal([new ColumnDescription("shop", "Name of the shop")], file.Labels);
        Assert.Equal(
            [
                new Field("sold", FieldKind.Counter, "count", "Orders sold"),
                new Field("revenue_bytes", FieldKind.Counter, "bytes", "revenue_bytes"),
                new Field("waiting", FieldKind.Gauge, "count", "Orders that wait"),
            ],
            file.Fields);
        Assert.Null(file.Columns);
    }

    [Fact]
    public void What_the_file_says_of_a_query_is_taken()
    {
        var file = Assert.Single(Read(Shop));
        Assert.Equal("shop_orders", file.Metric);
        Assert.Equal("SELECT shop, id, sold, revenue_bytes, waiting FROM orders", file.SqlFor(15));
        Assert.Equal(MetricScope.Instance, file.Scope);
        Assert.Equal(TimeSpan.FromSeconds(30), file.Every.Value);
        Assert.Equal("14-16", file.Postgres.ToString());
        Assert.Equal("queries.yaml:1", file.Path);
        Assert.False(file.BuiltIn);
    }

    [Fact]
    public void A_query_that_says_little_is_asked_every_minute_in_every_database()
    {
        var file = Assert.Single(Read(Query("metrics: [x: {usage: GAUGE}]")));
        Assert.Equal(MetricScope.Database, file.Scope);
        Assert.Equal(TimeSpan.FromMinutes(1), file.Every.Value);
        Assert.Equal(VersionRange.All, file.Postgres);
        Assert.Equal(ServerRole.Any, file.Role);
    }

    [Fact]
    public void A_query_for_primaries_says_so() =>
        Assert.Equal(ServerRole.Primary, Assert.Single(Read(Query("primary: true\n  metrics: [x: {usage: GAUGE}]"))).Role);

    [Theory]
    [InlineData(">=10.0.0", "10+")]
    [InlineData(">13", "13+")]
    [InlineData("<14", "0-13")]
    [InlineData("<14.0.0", "0-13")]
    [InlineData("<14.2.0", "0-14")]
    [InlineData("<=14.0.0", "0-14")]
    [InlineData("14", "14")]
    [InlineData("=14.x", "14")]
    [InlineData(">= 13.0.0 < 16.0.0", "13-15")]
    public void A_range_of_versions_becomes_majors(string range, string majors) =>
        Assert.Equal(majors, Assert.Single(Read(Query($"runonserver: '{range}'\n  metrics: [x: {{usage: GAUGE}}]"))).Postgres.ToString());

    [Theory]
    [InlineData("''")]
    [InlineData("")]
    [InlineData("'-- off'")]
    public void A_query_without_text_is_turned_off(string query) => Assert.Empty(Read($"a:\n  query: {query}\n"));

    [Fact]
    public void A_mapped_text_and_a_duration_are_computed_by_the_server()
    {
        var file = Assert.Single(Read(
            """
            a:
              query: SELECT name, state, timeout FROM s; -- all
              metrics:
                - name: {usage: LABEL}
                - state:
                    usage: MAPPEDMETRIC
                    metric_mapping: {on: 1, "it's off": 0.5}
                - timeout: {usage: DURATION}
            """));
        Assert.Equal(
            [new Field("state", FieldKind.Gauge, "state", "state"), new Field("timeout", FieldKind.Gauge, "milliseconds", "timeout")],
            file.Fields);
        Assert.Equal(
            """
            SELECT q."name",
              (CASE q."state"::text WHEN 'on' THEN 1 WHEN 'it''s off' THEN 0.5 END)::float8 AS "state",
              (extract(epoch FROM nullif(q."timeout"::text, '-1')::interval) * 1000)::float8 AS "timeout"
            FROM (
            SELECT name, state, timeout FROM s
            ) AS q
            """.ReplaceLineEndings("\n"),
            file.SqlFor(16));
    }

    [Fact]
    public void A_histogram_gives_its_sum_and_its_count()
    {
        var file = Assert.Single(Read(Query("metrics:\n    - age_seconds: {usage: HISTOGRAM, description: Age}")));
        Assert.Equal(
            [
                new Field("age_seconds_sum", FieldKind.Counter, "seconds", "Age (sum)"),
                new Field("age_seconds_count", FieldKind.Counter, "count", "Age (count)"),
            ],
            file.Fields);
    }

    [Fact]
    public void A_quoted_query_may_go_on_without_more_indent()
    {
        var files = Read(
            "a:\n  query: \"SELECT 'x' AS l,\n  1 AS x\n\n  FROM t\"\n  metrics: [x: {usage: GAUGE}]\nb:\n  query: 'SELECT\n2 AS y'\n  "
                + "metrics: [y: {usage: GAUGE}]\n");
        Assert.Equal("SELECT 'x' AS l, 1 AS x\nFROM t", files[0].SqlFor(14));
        Assert.Equal("SELECT 2 AS y", files[1].SqlFor(14));
        Assert.Equal("queries.yaml:7", files[1].Path);
    }

    [Theory]
    [InlineData("a:\n  metrics: [x: {usage: GAUGE}]\n", 1, "'a' has no query; write 'query: SELECT ...'")]
    [InlineData("a b:\n  query: select 1 as x\n  metrics: [x: {usage: GAUGE}]\n", 1, "'a b' is not a metric name")]
    [InlineData("a:\n  query: select 1 as x\n", 1, "the query 'a' has no list of columns; write 'metrics:'")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics:\n    x: {usage: GAUGE}\n", 4, "the query 'a' has no list of columns; write 'metrics:'")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics: [x: {usage: LABEL}]\n",
        1,
        "the query 'a' declares no number; write a column with 'usage: GAUGE'")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics:\n    - y: {usage: GAUGE}\n    - x: {}\n",
        5,
        "the column 'x' has no usage; write 'usage: ' and LABEL, COUNTER")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics:\n    - y: {usage: GAUGE}\n    - x: {usage: gauge}\n",
        5,
        "'gauge' is not a usage; write LABEL, COUNTER, GAUGE")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics: [x: {usage: MAPPEDMETRIC}]\n",
        3,
        "the column 'x' does not say which number each text is; write 'metric_mapping: {on: 1, off: 0}'")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics: [x: {usage: MAPPEDMETRIC, metric_mapping: {on: one}}]\n",
        3,
        "'on' has no number; write 'metric_mapping:")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics:\n    - x: {usage: GAUGE}\n    - x: {usage: COUNTER}\n",
        5,
        "the column 'x' is declared twice; keep one")]
    [InlineData(
        "a:\n  query: select 1 as x\n  metrics: ['x y': {usage: GAUGE}]\n",
        3,
        "'x y' is not a column name; write letters, digits and underscores")]
    [InlineData("a:\n  query: select 1; select 2\n  metrics: [x: {usage: GAUGE}]\n", 2, "several statements stand here; keep one")]
    [InlineData(
        "a:\n  query: select 1 as x\n  cache_seconds: -5\n  metrics: [x: {usage: GAUGE}]\n",
        3,
        "'-5' is not an interval for 'cache_seconds'; write seconds")]
    [InlineData(
        "a:\n  query: select 1 as x\n  runonserver: '!=14'\n  metrics: [x: {usage: GAUGE}]\n",
        3,
        "'!=14' is not a range of versions; write comparisons")]
    [InlineData(
        "a:\n  query: select 1 as x\n  runonserver: '>15 <14'\n  metrics: [x: {usage: GAUGE}]\n",
        3,
        "'>15 <14' is not a range of versions")]
    [InlineData("a:\n  query: select 1 as x\n  master: 7\n  metrics: [x: {usage: GAUGE}]\n", 3, "'master' is neither true nor false")]
    public void An_error_has_its_line_and_its_remedy(string text, int line, string message)
    {
        var error = Assert.Single(Assert.Throws<MetricFileException>(() => Read(text)).Errors);
        Assert.StartsWith($"queries.yaml:{line}: {message}", error, StringComparison.Ordinal);
    }

    private static string Query(string rest) => $"a:\n  query: SELECT 1 AS x\n  {rest}\n";

    private static IReadOnlyList<MetricFile> Read(string text) => PostgresExporterFile.Read("queries.yaml", text);
}
