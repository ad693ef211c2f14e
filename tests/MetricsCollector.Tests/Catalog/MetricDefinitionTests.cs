
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Sql;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Catalog;

[Trait("PostgreSQL", "any")]
public sealed class MetricDefinitionTests
{
    private readonly MetricDefinition _metric =
        new(
            [MetricFileParser.Parse(
                "a.sql", "-- metric: a\n-- summary: A.\n-- label l: L.\n-- gauge x rows: X.\nSELECT 'l' AS l, 1 AS x")]);

    [Fact]
    public void Discovered_columns_come_behind_the_declared_ones()
    {
        _metric.Discover([Gauge("z"), Gauge("y")], [new ColumnDescription("k", "K.")]);
        Assert.Equal(["x", "z", "y"], _metric.FieldNames);
        Assert.Equal(["x", "z", "y"], _metric.Fields.Select(field => field.Name));
        Assert.Equal(["l", "k"], _metric.Labels.Select(label => label.Name));
    }

    [Fact]
    public void A_known_column_stays_as_it_is()
    {
        var (fields, labels) = (_metric.Fields, _metric.Labels);
        _metric.Discover([Gauge("x") with { Kind = FieldKind.Counter }], [new ColumnDescription("l", "Other.")]);
        Assert.Same(fields, _metric.Fields);
        Assert.Same(labels, _metric.Labels);
    }

    [Fact]
    public void A_list_that_was_read_does_not_change()
    {
        var names = _metric.FieldNames;
        _metric.Discover([Gauge("y")], []);
        Assert.Equal(["x"], names);
    }

    [Fact]
    public void Discoveries_from_many_threads_are_all_kept()
    {
        Parallel.For(0, 100, i => _metric.Discover([Gauge($"f{i % 50}")], [new ColumnDescription($"l{i % 50}", "L.")]));
        Assert.Equal(51, _metric.Fields.Count);
        Assert.Equal(_metric.Fields.Select(field => field.Name), _metric.FieldNames);
        Assert.Equal(51, _metric.Labels.Count);
    }

    private static Field Gauge(string name) => new(name, FieldKind.Gauge, "rows", "Help.");
}
