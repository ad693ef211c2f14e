
using MetricsCollector.Collection.Outcomes;

namespace MetricsCollector.Tests.Collection.Outcomes;

[Trait("PostgreSQL", "any")]
public sealed class MissingColumnTests
{
    private const string Sql =
        "SELECT\n  s.calls,\n  s.wal_bytes::float8 AS wal_bytes,\n  s.plans\nFROM pg_stat_statements AS s\nWHERE s.gone > 0";

    [Theory]
    [InlineData("s.wal_bytes", "wal_bytes", "  NULL::float8 AS wal_bytes,\n")]
    [InlineData("s.plans", "plans", "  NULL::float8 AS plans\nFROM")]
    public void The_line_of_the_column_becomes_null(string at, string column, string line)
    {
        var removed = MissingColumn.Remove(Sql, Sql.IndexOf(at, StringComparison.Ordinal) + 1, ["calls", "wal_bytes", "plans"]);
        Assert.Equal(column, removed!.Value.Column);
        Assert.Contains(line, removed.Value.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_holds_no_field_is_left_alone()
    {
        Assert.Null(MissingColumn.Remove(Sql, Sql.IndexOf("s.gone", StringComparison.Ordinal) + 1, ["calls"]));
        Assert.Null(MissingColumn.Remove(Sql, 0, ["calls"]));
        Assert.Null(MissingColumn.Remove(Sql, 10_000, ["calls"]));
    }
}
