using System.Data;
using System.Globalization;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Tests.Collection;
using Npgsql;

namespace MetricsCollector.Tests.Catalog;

/// <summary>
/// The columns of every metric on each major, as a server names them, are those of <c>metric_columns.txt</c>: a name that is lost on some
/// major, or changes, is seen in review.
/// </summary>
[Trait("PostgreSQL", "each")]
public sealed class MetricColumnsTests(PostgresFixture postgres)
{
    private const string Write = "METRICS_COLLECTOR_WRITE_COLUMNS";

    private static readonly string List = Path.Combine(Repository.Root, "tests", "MetricsCollector.Tests", "Catalog", "metric_columns.txt");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_holds_the_columns_of_this_major()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await TestCollector.RunAsync(database.ConnectionString, "CREATE EXTENSION pg_stat_statements", "CREATE EXTENSION pg_buffercache");
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Cancellation);
        var major = connection.PostgreSqlVersion.Major;
        var seen = new List<string>();
        foreach (var metric in TestCollector.BuiltIn.Metrics.Where(metric => !metric.Computed && metric.FileFor(major) is not null))
        {
            seen.AddRange((await ColumnsAsync(connection, metric.FileFor(major)!, major)).Select(column => $"{metric.Name} {column}"));
        }

        var listed = File.ReadAllLines(List)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(": "))
            .ToDictionary(parts => parts[0], parts => parts[1].Split(' ').Select(Number).ToHashSet(), StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable(Write) == "1")
        {
            Rewrite(listed, seen, major);
        }

        var wanted = listed.Where(column => column.Value.Contains(major)).Select(column => column.Key);
        Assert.True(
            seen.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal)),
            $"On PostgreSQL {major} these differ from metric_columns.txt: "
            + $"{string.Join(", ", seen.Except(wanted).Concat(wanted.Except(seen)))}. "
            + $"Run this test on each major with {Write}=1, which writes the list, and review the change.");
    }

    private static void Rewrite(Dictionary<string, HashSet<int>> listed, List<string> seen, int major)
    {
        foreach (var column in listed.Values)
        {
            column.Remove(major);
        }

        foreach (var column in seen)
        {
            listed.TryAdd(column, []);
            listed[column].Add(major);
        }

        File.WriteAllLines(
            List,
            [
                "# The columns of every metric and the majors of PostgreSQL that have them. Written and compared by MetricColumnsTests.",
                .. listed.Where(column => column.Value.Count > 0)
                    .OrderBy(column => column.Key, StringComparer.Ordinal)
                    .Select(column => $"{column.Key}: {string.Join(' ', column.Value.Order())}"),
            ]);
    }

    private static async Task<IEnumerable<string>> ColumnsAsync(NpgsqlConnection connection, MetricFile file, int major)
    {
        Version? extension = null;
        if (file.Requires is { } required)
        {
            await using var version = new NpgsqlCommand("SELECT extversion FROM pg_extension WHERE extname = $1", connection);
            version.Parameters.Add(new NpgsqlParameter { Value = required.Name });
            extension = Version.Parse((string)(await version.ExecuteScalarAsync(Cancellation))!);
        }

        await using var command = new NpgsqlCommand(file.SqlFor(major, extension), connection);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, Cancellation);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
