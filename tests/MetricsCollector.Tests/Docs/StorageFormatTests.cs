using System.Text.RegularExpressions;
using MetricsCollector.Storage.Packing;
using MetricsCollector.Storage.Postgres.Schema;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite;

namespace MetricsCollector.Tests.Docs;

/// <summary>
/// The examples of <c>docs/storage-format.md</c> are what is written, and it names every table, column, view and function.
/// </summary>
[Trait("PostgreSQL", "any")]
public sealed partial class StorageFormatTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "storage-format.md"));

    [Fact]
    public void The_example_of_a_packed_field_is_what_is_written()
    {
        Assert.Contains("the readings 100, 110, 120, 131 and 141", Page, StringComparison.Ordinal);
        Assert.Contains("The packing is 53, the numbers are 10 and 4", Page, StringComparison.Ordinal);
        var numbers = new List<double>();
        Assert.Equal(53, FieldPacker.Pack([100, 110, 120, 131, 141], numbers));
        Assert.Equal([10, 4], numbers);
    }

    [Fact]
    public void The_example_of_a_row_in_the_file_is_what_is_written()
    {
        var example = Regex.Match(Page, "0, 5, NULL and 1.5 are `(?<bytes>[0-9A-F ]+)`").Groups["bytes"].Value;
        var written = Convert.ToHexString(ReadingsBlob.Write([0, 5, null, 1.5]));
        Assert.Equal(example.Replace(" ", string.Empty, StringComparison.Ordinal), written);
    }

    [Fact]
    public void Every_table_column_view_and_function_is_named()
    {
        var schema = string.Join('\n', SchemaMigration.All.Select(migration => migration.Sql).Concat(SqliteSql.Migrations));
        var names = Made().Matches(schema).Select(match => match.Groups["name"].Value)
            .Concat(Column().Matches(schema).Select(match => match.Groups["name"].Value))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        Assert.Contains("metrics_raw", names);
        Assert.Contains("longest_gap", names);
        Assert.DoesNotContain(names, name => !Regex.IsMatch(Page, $@"\b{name}\b"));
    }

    [GeneratedRegex(@"CREATE (?:OR REPLACE )?(?:TABLE|VIEW|FUNCTION) (?<name>\w+)")]
    private static partial Regex Made();

    [GeneratedRegex(
        @"^  (?<name>[a-z_]+) +(?:integer|smallint|text|uuid|jsonb|serial|timestamptz|float8|INTEGER|TEXT|BLOB)\b", RegexOptions.Multiline)]
    private static partial Regex Column();
}
