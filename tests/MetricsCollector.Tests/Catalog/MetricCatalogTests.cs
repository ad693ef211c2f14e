
using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests.Catalog;

[Trait("PostgreSQL", "any")]
public sealed class MetricCatalogTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("metrics-collector-catalog-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("up")]
    [InlineData("server")]
    [InlineData("activity")]
    [InlineData("bgwriter")]
    [InlineData("checkpointer")]
    [InlineData("database")]
    [InlineData("database_size")]
    [InlineData("io")]
    [InlineData("wal")]
    public void The_built_in_catalog_has(string metric) => Assert.NotNull(MetricCatalog.Load().Find(metric));

    [Fact]
    public void Checkpoints_have_one_set_of_names_on_every_version()
    {
        var metric = MetricCatalog.Load().Find("checkpointer")!;
        Assert.All(PostgresMajors.All, major => Assert.NotNull(metric.FileFor(major)));
        Assert.Contains("num_timed", metric.FileFor(14)!.Fields.Select(field => field.Name));
        Assert.Contains("num_timed", metric.FileFor(18)!.Fields.Select(field => field.Name));
    }

    [Fact]
    public void Io_is_not_asked_before_16() => Assert.Null(MetricCatalog.Load().Find("io")!.FileFor(15));

    [Fact]
    public void A_file_of_ones_own_adds_a_metric_or_replaces_a_built_in_one()
    {
        Write("orders.sql", "-- metric: orders\n-- summary: Orders.\n-- gauge open rows: Open orders.\nSELECT 1 AS open");
        Write("wal.sql", "-- metric: wal\n-- summary: Mine.\n-- gauge mine rows: Mine.\nSELECT 1 AS mine");
        var catalog = MetricCatalog.Load(_directory.FullName);
        Assert.NotNull(catalog.Find("orders"));
        Assert.Equal(["mine"], catalog.Find("wal")!.FieldNames);
    }

    [Fact]
    public void Two_files_of_a_metric_must_not_share_a_version()
    {
        Write("a.sql", "-- metric: a\n-- summary: A.\n-- postgres: 14-16\n-- gauge x rows: X.\nSELECT 1 AS x");
        Write("a.new.sql", "-- metric: a\n-- summary: A.\n-- postgres: 16+\n-- gauge x rows: X.\nSELECT 1 AS x");
        var exception = Assert.Throws<MetricFileException>(() => MetricCatalog.Load(_directory.FullName));
        Assert.Contains("write ranges that do not overlap", Assert.Single(exception.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_several_files_and_directories_come_at_once()
    {
        Write("bad.sql", "SELECT 1");
        var exception = Assert.Throws<MetricFileException>(() => MetricCatalog.Load(_directory.FullName, "/does/not/exist"));
        Assert.Contains(exception.Errors, error => error.Contains("bad.sql:1:", StringComparison.Ordinal));
        Assert.Contains(exception.Errors, error => error.Contains("'/does/not/exist', which does not exist", StringComparison.Ordinal));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.FullName, name), text);
}
