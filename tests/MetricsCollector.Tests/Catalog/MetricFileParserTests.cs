
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Sql;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Tests.Catalog;

[Trait("PostgreSQL", "any")]
public sealed class MetricFileParserTests
{
    private const string Whole =
        """
        -- metric: checkpointer
        -- summary: Checkpoints.
        -- source: pg_stat_checkpointer
        -- postgres: 17+
        -- scope: instance
        -- every: 15s
        -- role: primary
        -- requires: pg_stat_statements 1.9
        -- label datname: Name of the database.
        -- attribute query: Statement text.
        -- counter num_timed checkpoints: Scheduled checkpoints: those by time.
        -- gauge backends connections: Backends now.

        -- A comment that is no header.
        SELECT
          datname,
          query,
          num_done, -- 18+
          num_timed AS num_timed,
          ';' AS backends
        FROM pg_stat_checkpointer; -- the end

        """;

    [Fact]
    public void A_whole_file_is_read()
    {
        var file = MetricFileParser.Parse("checkpointer.sql", Whole);
        Assert.Equal("checkpointer", file.Metric);
        Assert.Equal(new VersionRange(17, null), file.Postgres);
        Assert.Equal(TimeSpan.FromSeconds(15), file.Every.Value);
        Assert.Equal(ServerRole.Primary, file.Role);
        Assert.Equal(new ExtensionRequirement("pg_stat_statements", new Version(1, 9)), file.Requires);
        Assert.Equal(["datname"], file.Labels.Select(label => label.Name));
        Assert.Equal(["query"], file.Attributes.Select(attribute => attribute.Name));
        Assert.Equal(new Field("num_timed", FieldKind.Counter, "checkpoints", "Scheduled checkpoints: those by time."), file.Fields[0]);
        Assert.Equal(FieldKind.Gauge, file.Fields[1].Kind);
    }

    [Fact]
    public void A_metric_is_for_the_kind_that_its_file_names()
    {
        Assert.Equal(TargetKind.PostgreSql, MetricFileParser.Parse("checkpointer.sql", Whole).Kind);
        Assert.Equal(TargetKind.PostgreSql, MetricFileParser.Parse("checkpointer.sql", $"-- kind: postgresql\n{Whole}").Kind);
        var error = Assert.Throws<MetricFileException>(() => MetricFileParser.Parse("checkpointer.sql", $"-- kind: postgres\n{Whole}"));
        Assert.Equal("checkpointer.sql:1: 'kind' is 'postgres'; did you mean 'postgresql'? write postgresql.", Assert.Single(error.Errors));
    }

    [Fact]
    public void A_line_with_a_version_mark_is_sent_only_to_these_versions()
    {
        var file = MetricFileParser.Parse("checkpointer.sql", Whole);
        Assert.Contains("num_done,", file.SqlFor(18), StringComparison.Ordinal);
        Assert.DoesNotContain("num_done", file.SqlFor(17), StringComparison.Ordinal);
        Assert.DoesNotContain("18+", file.SqlFor(18), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_with_a_mark_of_the_extension_is_sent_only_where_that_is_new_enough()
    {
        var file = MetricFileParser.Parse(
            "x.sql", "-- metric: x\n-- summary: X.\n-- requires: hstore 1.2\n-- gauge a rows: A.\n-- gauge b rows: B.\nSELECT\n  b, -- "
                + "extension 1.13+\n  a\nFROM t");
        Assert.Equal("SELECT\n  b,\n  a\nFROM t", file.SqlFor(19, new Version(1, 13)));
        Assert.Equal("SELECT\n  a\nFROM t", file.SqlFor(19, new Version(1, 12)));
        Assert.Equal("SELECT\n  a\nFROM t", file.SqlFor(19));
    }

    [Theory]
    [InlineData("-- metric: x\n-- summary: X.\n-- gauge a rows: A.\nSELECT 1 AS a;\n\n", "SELECT 1 AS a")]
    [InlineData(
        "-- metric: x\n-- summary: X.\n-- gauge a rows: A.\n\nWITH t AS (SELECT 1) SELECT 1 AS a FROM t",
        "WITH t AS (SELECT 1) SELECT 1 AS a FROM t")]
    public void The_statement_goes_without_its_semicolon(string text, string sql) =>
        Assert.Equal(sql, MetricFileParser.Parse("x.sql", text).SqlFor(17));

    [Theory]
    [InlineData(
        "-- postgres: 17+", "-- postgres: seventeen", "mine.sql:4: 'seventeen' is not a value for 'postgres'; write 17+, 14-16 or 15.")]
    [InlineData(
        "-- every: 15s",
        "-- every: often",
        "mine.sql:6: 'often' is not a value for 'every'; write a number and a unit: 100ms, 15s, 1m, 2h or 30d, at least 1s.")]
    [InlineData("-- role: primary", "-- role: leader", "mine.sql:7: 'leader' is not a value for 'role'; write any, primary or standby.")]
    [InlineData("-- scope: instance", "-- scop: instance", "mine.sql:5: '-- scop: instance' is not a header line;")]
    [InlineData(
        "-- gauge backends connections: Backends now.",
        "-- gauge backends",
        "mine.sql:12: '-- gauge backends' has no colon; write for example")]
    [InlineData(
        "-- counter num_timed checkpoints:", "-- counter num_timed:", "mine.sql:11: a counter needs a name and a unit; write for example")]
    [InlineData(
        "-- gauge backends connections",
        "-- gauge num_timed connections",
        "mine.sql:12: the column 'num_timed' is declared twice; keep one.")]
    [InlineData(
        "-- role: primary",
        "-- privilege backend: pg_read_all_stats",
        "mine.sql:7: 'backend' is not a field of the file; write the name of a counter or gauge, or *")]
    [InlineData(
        "-- role: primary",
        "-- setting work_mem: 4MB",
        "mine.sql:7: 'work_mem' is not a setting that a metric can need; write one of compute_query_id,")]
    [InlineData(
        "-- role: primary",
        "-- problem: datname",
        "mine.sql:7: 'datname' is not a value for 'problem'; write a column that is declared nowhere else.")]
    [InlineData("-- metric: checkpointer", "-- metric: Check Pointer", "mine.sql:1: 'Check Pointer' is not a metric name;")]
    [InlineData("-- summary: Checkpoints.", "-- label x: X.", "mine.sql:1: the header has no 'summary';")]
    [InlineData(
        "SELECT",
        "DELETE FROM t RETURNING",
        "mine.sql:15: the statement begins with 'DELETE'; write one that reads: SELECT, WITH, VALUES or TABLE.")]
    [InlineData("FROM pg_stat_checkpointer;", "FROM a; SELECT 1", "mine.sql:21: several statements stand here; keep one")]
    public void An_error_names_file_line_and_remedy(string right, string wrong, string message)
    {
        var exception = Assert.Throws<MetricFileException>(
            () => MetricFileParser.Parse("mine.sql", Whole.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(exception.Errors, error => error.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-- gauge waiting orders: Orders.", "-- gauge waiting: Orders.", "x.sql:5: a gauge needs a name and a unit;")]
    [InlineData("-- gauge waiting orders: Orders.", "-- gauge: Orders.", "x.sql:5: a gauge needs a name and a unit;")]
    [InlineData("-- gauge waiting orders: Orders.", "-- gauge Waiting orders: Orders.", "x.sql:5: 'Waiting' is not a column name")]
    [InlineData("-- gauge waiting orders: Orders.", "-- gauge waiting orders:", "x.sql:5: 'gauge' has no text behind the colon")]
    [InlineData(
        "-- gauge waiting orders: Orders.", "-- guage waiting orders: Orders.", "x.sql:5: '-- guage waiting orders: Orders.' is not")]
    [InlineData("-- label state: State.", "-- label: State.", "x.sql:4: '' is not a column name")]
    [InlineData("-- metric: orders", "-- metric:", "x.sql:1: 'metric' has no text behind the colon")]
    [InlineData("-- summary: Orders.", "-- sumary: Orders.", "x.sql:2: '-- sumary: Orders.' is not a header line")]
    [InlineData("-- scope: database", "-- scope:", "x.sql:3: 'scope' has no text behind the colon")]
    [InlineData("-- scope: database", "-- scope: databases", "x.sql:3: 'databases' is not a value for 'scope'")]
    public void One_mistake_is_told_once(string right, string wrong, string message)
    {
        const string File =
            """
            -- metric: orders
            -- summary: Orders.
            -- scope: database
            -- label state: State.
            -- gauge waiting orders: Orders.
            -- databases: app
            -- privilege waiting: pg_read_all_stats
            SELECT state, 1 AS waiting FROM orders
            """;
        Assert.Equal("orders", MetricFileParser.Parse("x.sql", File).Metric);
        var exception = Assert.Throws<MetricFileException>(
            () => MetricFileParser.Parse("x.sql", File.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.StartsWith(message, Assert.Single(exception.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Privileges_settings_and_problems_are_read()
    {
        var file = MetricFileParser.Parse("mine.sql", Whole
            .Replace("-- requires: pg_stat_statements 1.9", "-- requires: pg_stat_statements 1.9 preloaded", StringComparison.Ordinal)
            .Replace(
                "-- label datname",
                "-- privilege: pg_read_all_data\n-- privilege backends: pg_read_all_stats\n-- privilege *: pg_read_all_settings\n"
                + "-- setting compute_query_id: on, auto\n-- problem: not_judged\n-- label datname",
                StringComparison.Ordinal));
        Assert.Equal("pg_read_all_data", file.Privilege);
        Assert.Equal(
            [new FieldPrivilege("backends", "pg_read_all_stats"), new FieldPrivilege(FieldPrivilege.Rows, "pg_read_all_settings")],
            file.FieldPrivileges);
        Assert.Equal([new SettingRequirement("compute_query_id", ["on", "auto"])], file.Settings);
        Assert.Equal(("not_judged", true), (file.Problem, file.Requires!.Preloaded));
    }

    [Fact]
    public void All_errors_of_a_file_come_at_once()
    {
        var exception = Assert.Throws<MetricFileException>(
            () => MetricFileParser.Parse("mine.sql", "-- metric: A B\n-- every: x\nUPDATE t"));
        Assert.Equal(5, exception.Errors.Count);
    }
}
