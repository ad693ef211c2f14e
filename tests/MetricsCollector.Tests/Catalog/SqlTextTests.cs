using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Sql;
using Npgsql;

namespace MetricsCollector.Tests.Catalog;

/// <summary>A metric is one statement that reads, cut by PostgreSQL's lexical rules.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SqlTextTests(PostgresFixture postgres)
{
    public static TheoryData<string> One =>
    [
        "SELECT 1",
        "SELECT 1 ; ; -- end; of it",
        "  /* a */ select ';' AS a;",
        "(SELECT 1) UNION (SELECT 2)",
        "TABLE pg_stat_archiver",
        "VALUES (1), (2)",
        "WITH t AS (SELECT 1) SELECT * FROM t",
        "WITH update AS (SELECT 1 AS delete) SELECT delete FROM update",
        "SELECT /* ; /* ; */ ; */ 1",
        @"SELECT E'\';', 2",
        @"SELECT E'a\\'",
        @"SELECT '\', ';'",
        @"SELECT U&'\0061;', ';'",
        "SELECT 'it''s;', \"a\"\";\".x FROM (SELECT 1) AS \"a\"\";\"(x)",
        "SELECT $$;$$, $a$ $$ ; $b$ $a$",
        "SELECT a$b$c, ';' FROM (SELECT 1) AS t(a$b$c)",
        "SELECT 'a'\n'b;'",
        "SELECT E'a'\n  -- it goes on\n '\\';'",
        "SELECT $é$;$é$",
        "SELECT 1 -- a ; comment\r, 2",
    ];

    public static TheoryData<string, string, int> Wrong => new()
    {
        { "SELECT 1; SELECT 2", "several statements stand here", 1 },
        { "SELECT 1;\n\nCOMMIT", "several statements stand here", 3 },
        { "SELECT '\\'; SELECT ';'", "several statements stand here", 1 },
        { "SELECT /* /* */ */ 1; SELECT 2 /* */", "several statements stand here", 1 },
        { "SELECT a$b$ FROM t; SELECT $b$", "several statements stand here", 1 },
        { "SELECT E'\\\\'; COMMIT --'", "several statements stand here", 1 },
        { "SELECT 'a' 'b", "the string that begins here and does not end", 1 },
        { "COMMIT", "the statement begins with 'COMMIT'; write one that reads: SELECT, WITH, VALUES or TABLE", 1 },
        { "-- begin\nBEGIN", "the statement begins with 'BEGIN'", 2 },
        { "copy t TO STDOUT", "the statement begins with 'copy'", 1 },
        { "SET work_mem = 1", "the statement begins with 'SET'", 1 },
        { "DO $$ BEGIN END $$", "the statement begins with 'DO'", 1 },
        { "CALL p()", "the statement begins with 'CALL'", 1 },
        { "EXPLAIN ANALYZE SELECT 1", "the statement begins with 'EXPLAIN'", 1 },
        { "SELECTED", "the statement begins with 'SELECTED'", 1 },
        { "'SELECT'", "the statement begins with ''SELECT''", 1 },
        { "WITH t AS (SELECT 1)\nINSERT INTO x SELECT * FROM t", "the statement changes data with 'INSERT'", 2 },
        { "SELECT 1 /* /* */", "the comment that begins here and does not end", 1 },
        { "SELECT $a$ $b$", "the string that begins here and does not end", 1 },
        { "SELECT \"a", "the quoted name that begins here and does not end", 1 },
        { "-- nothing\n;", "there is no statement", 1 },
    };

    [Theory]
    [MemberData(nameof(One))]
    public async Task One_statement_that_PostgreSQL_takes_for_one_is_one(string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        // A batch sends each text as it is, by the extended protocol, where PostgreSQL takes one statement only.
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
        await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Null(SqlText.Problem(sql));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Anything_else_is_refused_with_its_line_and_what_to_write(string sql, string message, int line)
    {
        var problem = Assert.NotNull(SqlText.Problem(sql));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(line, problem.Line);
    }

    [Fact]
    public void Every_format_passes_the_same_check()
    {
        using var directory = new MetricDirectory();
        directory.Write("a.sql", "-- metric: a\n-- summary: A.\n-- gauge x rows: X.\nSELECT 1 AS x -- 15+\nCOMMIT -- 14\n");
        directory.Write("b.yaml", "b:\n  query: |\n    SELECT 1 AS x;\n    COMMIT\n  metrics: [x: {usage: GAUGE}]\n");
        directory.Write("c.yaml", "metrics:\n  c:\n    sqls:\n      14: COPY (SELECT 1) TO STDOUT\n");

        var errors = Assert.Throws<MetricFileException>(directory.Load).Errors;

        Assert.Contains(errors, error => error.Contains("a.sql:5: the statement begins with 'COMMIT'", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("b.yaml:4: several statements stand here", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("c.yaml:4: the statement begins with 'COPY'", StringComparison.Ordinal));
        Assert.Equal(3, errors.Count);
    }

    [Fact]
    public void A_version_mark_within_a_string_is_none()
    {
        var file = MetricFileParser.Parse("x.sql", "-- metric: x\n-- summary: X.\n-- gauge a rows: A.\nSELECT 1 AS a, '\n -- 17+\n' AS b");
        Assert.Equal(file.SqlFor(17), file.SqlFor(16));
        Assert.Contains("-- 17+", file.SqlFor(16), StringComparison.Ordinal);
    }
}
