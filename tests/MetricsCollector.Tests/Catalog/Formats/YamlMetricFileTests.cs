
using MetricsCollector.Catalog.Definitions;

namespace MetricsCollector.Tests.Catalog.Formats;

[Trait("PostgreSQL", "any")]
public sealed class YamlMetricFileTests : IDisposable
{
    private const string Pgwatch = "metrics:\n  {0}:\n    sqls:\n      14: select 1 as x\n";
    private const string Exporter = "{0}:\n  query: select 1 as x\n  metrics:\n    - x: {{usage: GAUGE}}\n";

    private readonly MetricDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_a_file_holds_tells_its_format_and_not_its_name()
    {
        Write("queries.yaml", Pgwatch, "mine");
        Write("metrics.yml", Exporter, "yours");
        var catalog = _directory.Load();
        Assert.NotNull(catalog.Find("mine")!.Files[0].Columns);
        Assert.Equal(["x"], catalog.Find("yours")!.FieldNames);
    }

    [Fact]
    public void A_query_of_postgres_exporter_may_be_called_metrics()
    {
        Write("queries.yaml", Exporter, "metrics");
        Assert.NotNull(_directory.Load().Find("metrics"));
    }

    [Fact]
    public void A_metric_of_a_YAML_file_replaces_the_built_in_one_of_its_name()
    {
        Write("metrics.yaml", Pgwatch, "wal");
        Assert.False(_directory.Load().Find("wal")!.Files[0].BuiltIn);
    }

    [Fact]
    public void Files_of_all_formats_must_not_ask_the_same_metric_on_the_same_versions()
    {
        Write("a.yaml", Pgwatch, "orders");
        Write("b.yaml", Exporter, "orders");
        var error = Assert.Single(Errors());
        Assert.Contains("a.yaml:2", error, StringComparison.Ordinal);
        Assert.Contains("b.yaml:1", error, StringComparison.Ordinal);
        Assert.Contains("write ranges that do not overlap", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_neither_format_is_refused()
    {
        _directory.Write("sources.yaml", "- name: db1\n  conn_str: postgres://db1\n");
        _directory.Write("other.yaml", "a: 1\nb: {c: 2}\n");
        var errors = Errors();
        Assert.Contains(
            errors, error => error.Contains("sources.yaml:1: here should stand keys with their values", StringComparison.Ordinal));
        Assert.Contains(
            errors,
            error => error.Contains(
                "other.yaml:1: the file is neither pgwatch's nor postgres_exporter's; write", StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_of_all_formats_come_at_once()
    {
        _directory.Write("a.sql", "SELECT 1");
        _directory.Write("b.yaml", "metrics:\n  b: {}\n");
        _directory.Write("c.yaml", "c:\n  query: select 1\n");
        var errors = Errors();
        Assert.All(
            ["a.sql:", "b.yaml:2:", "c.yaml:1:"],
            place => Assert.Contains(errors, error => error.Contains(place, StringComparison.Ordinal)));
    }

    [Fact]
    public void Files_that_start_with_a_dot_or_end_otherwise_are_left_alone()
    {
        _directory.Write(".draft.yaml", "no metrics");
        _directory.Write("notes.txt", "no metrics");
        Assert.NotEmpty(_directory.Load().Metrics);
    }

    private IReadOnlyList<string> Errors() => Assert.Throws<MetricFileException>(_directory.Load).Errors;

    private void Write(string file, string format, string metric) =>
        _directory.Write(file, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, metric));
}
