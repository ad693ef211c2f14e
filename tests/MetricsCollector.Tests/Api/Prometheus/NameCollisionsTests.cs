
using MetricsCollector.Catalog;
using MetricsCollector.Exposition;
using MetricsCollector.Snapshots;
using MetricsCollector.Tests.Catalog;

namespace MetricsCollector.Tests.Api.Prometheus;

/// <summary>Two fields that would have one name on <c>/metrics</c> are found when the catalog is read.</summary>
[Trait("PostgreSQL", "any")]
public sealed class NameCollisionsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Built_in_names_are_apart(bool old) =>
        Assert.Empty(new NameCollisions(ExporterNames.BuiltIn(old)).Problems(MetricCatalog.Load()));

    [Theory]
    [InlineData(
        "counter hits rows",
        "gauge hits_total rows",
        "b.sql:4: the field 'hits_total' of metric 'b' is called pg_b_hits_total on /metrics, and so is 'hits' of metric 'b'")]
    [InlineData(
        "gauge hits_total rows",
        "counter hits rows",
        "b.sql:4: the field 'hits' of metric 'b' is called pg_b_hits_total on /metrics, and so is 'hits_total' of metric 'b'")]
    [InlineData(
        "gauge wait milliseconds",
        "gauge wait_seconds seconds",
        "b.sql:4: the field 'wait_seconds' of metric 'b' is called pg_b_wait_seconds on /metrics, and so is 'wait' of metric 'b'")]
    [InlineData(
        "gauge hits rows",
        "counter hits_total rows",
        "b.sql:4: the field 'hits_total' of metric 'b' is called pg_b_hits_total on /metrics, and so is 'hits' of metric 'b'")]
    public void Fields_of_one_metric_that_meet_are_told(string one, string other, string message) =>
        Assert.Contains(
            message,
            Assert.Single(Problems(("b.sql", $"-- metric: b\n-- summary: B.\n-- {one}: X.\n-- {other}: Y.\nSELECT 1"))),
            StringComparison.Ordinal);

    [Fact]
    public void Metrics_that_meet_are_told() =>
        Assert.Contains(
            "c_a_b.sql:3: the field 'c' of metric 'c_a_b' is called pg_c_a_b_c on /metrics, and so is 'b_c' of metric 'c_a'",
            Assert.Single(Problems(
                ("c_a.sql", "-- metric: c_a\n-- summary: B.\n-- gauge b_c rows: X.\nSELECT 1 AS b_c"),
                ("c_a_b.sql", "-- metric: c_a_b\n-- summary: B.\n-- gauge c rows: X.\nSELECT 1 AS c"))),
            StringComparison.Ordinal);

    [Fact]
    public void A_name_of_postgres_exporter_is_taken() =>
        Assert.Contains(
            "the field 'numbackends' of metric 'stat_database' is called pg_stat_database_numbackends on /metrics, and so is "
                + "'numbackends' of metric 'database'",
            Assert.Single(
                Problems(
                    ("a.sql", "-- metric: stat_database\n-- summary: B.\n-- gauge numbackends sessions: X.\nSELECT 1 AS numbackends"))),
            StringComparison.Ordinal);

    [Fact]
    public void Old_names_can_be_left_out()
    {
        var field = new Field("longest_wait", FieldKind.Gauge, "seconds", "Wait.");
        Assert.Equal(
            ["pg_blocking_longest_wait", "pg_blocking_longest_wait_seconds"],
            ExporterNames.BuiltIn(old: true).Of("blocking", field, 18).Select(name => name.Name));
        Assert.Equal(
            ["pg_blocking_longest_wait_seconds"], ExporterNames.BuiltIn(old: false).Of("blocking", field, 18).Select(name => name.Name));
    }

    private static List<string> Problems(params (string Name, string Text)[] files)
    {
        using var directory = new MetricDirectory();
        foreach (var (name, text) in files)
        {
            directory.Write(name, text);
        }

        return [.. new NameCollisions(ExporterNames.BuiltIn(old: true)).Problems(directory.Load())];
    }
}
