using System.Globalization;
using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>
/// Compares snapshots with the views of the server. A field with the name of a column of the first view that its metric reads must have
/// the value of that column, or one between two readings of it, in the row with the same labels.
/// </summary>
/// <param name="server">The server, read as a superuser.</param>
/// <param name="database">The database in which views of single databases are read.</param>
internal sealed class ViewComparison(LocalServer server, string database)
{
    /// <summary>
    /// How often a comparison is repeated while it finds a difference. A gauge that goes up and down, such as the age of the last message,
    /// is outside its two neighbours about twice in three rounds; a wrong reading is outside in all.
    /// </summary>
    public const int Rounds = 40;

    // Null where the view has the number -1 for a table that was never vacuumed or analyzed.
    private static readonly string[] Different = ["table_sizes.reltuples"];

    private readonly HashSet<string> _compared = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The fields that were compared so far, as <c>metric.field</c>.</summary>
    public IReadOnlySet<string> Compared => _compared;

    /// <summary>Reads the views, collects, reads them again.</summary>
    /// <returns>A line for each reading that is neither of the two nor between them.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(MetricCatalog catalog, int major, Func<Task<CollectionRun>> collect)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString(database)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        var views = new List<View>();
        foreach (var metric in catalog.Metrics)
        {
            if (metric.FileFor(major) is { Source: { } source } file && await ViewAsync(connection, file, source) is { } view)
            {
                views.Add(view);
            }
        }

        var before = await ReadAsync(connection, views);
        var collection = await collect();
        var after = await ReadAsync(connection, views);
        var differences = new List<string>();
        foreach (var snapshot in collection.Snapshots.Where(snapshot => before.ContainsKey(snapshot.Metric)))
        {
            var view = views.Single(view => view.Metric.Metric == snapshot.Metric);
            foreach (var row in snapshot.Rows.Where(row => IsHere(view, row)))
            {
                var key = string.Join('\n', view.Labels.Select(label => row.Labels[label]));
                if (before[snapshot.Metric].GetValueOrDefault(key) is { } first
                    && after[snapshot.Metric].GetValueOrDefault(key) is { } last)
                {
                    differences.AddRange(Compare(snapshot, view, row, first, last));
                }
            }
        }

        return differences;
    }

    /// <summary>Whether a reading is one of two others or between them; null is only itself.</summary>
    public static bool IsBetween(double? before, double? seen, double? after) =>
        seen is null || before is null || after is null
            ? seen == before || seen == after
            : seen >= Math.Min(before.Value, after.Value) && seen <= Math.Max(before.Value, after.Value);

    private IEnumerable<string> Compare(Snapshot snapshot, View view, SnapshotRow row, double?[] first, double?[] last)
    {
        foreach (var (place, field) in view.Fields.Index())
        {
            var value = row.Readings[snapshot.Fields.Index().Single(named => named.Item == field).Index];
            _compared.Add($"{snapshot.Metric}.{field}");
            if (!IsBetween(first[place], value, last[place]))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"{snapshot.Metric}.{field}{row.Labels}: {value}, not {first[place]} to {last[place]}");
            }
        }
    }

    private bool IsHere(View view, SnapshotRow row) =>
        view.Metric.Scope == MetricScope.Instance || row.Labels["datname"] == database;

    private static async Task<View?> ViewAsync(NpgsqlConnection connection, MetricFile file, string source)
    {
        var name = source.Split(',', 2)[0].Trim();
        await using var command = new NpgsqlCommand(
            """
            SELECT attname::text, CASE WHEN atttypid = 'bool'::regtype THEN quote_ident(attname) || '::int::float8'
                WHEN atttypid IN ('timestamptz'::regtype, 'interval'::regtype)
                THEN 'extract(epoch FROM ' || quote_ident(attname) || ')::float8'
                WHEN atttypid = 'pg_lsn'::regtype THEN '(' || quote_ident(attname) || ' - ''0/0'')::float8'
                WHEN atttypid = ANY ('{int2,int4,int8,float4,float8,numeric}'::regtype[]) THEN quote_ident(attname) || '::float8' END
            FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
            WHERE c.relname = $1 AND c.relnamespace = 'pg_catalog'::regnamespace AND a.attnum > 0
            """,
            connection)
        {
            Parameters = { new() { Value = name } },
        };
        var columns = new Dictionary<string, string?>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(Cancellation))
        {
            while (await reader.ReadAsync(Cancellation))
            {
                columns.Add(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
            }
        }

        string[] labels = [.. file.Labels.Select(label => label.Name).Where(label => columns.ContainsKey(label))];
        string[] fields =
        [
            .. file.Fields.Select(field => field.Name).Where(field => columns.GetValueOrDefault(field) is not null
                && !Different.Contains($"{file.Metric}.{field}")),
        ];
        return fields.Length == 0 ? null : new View(
            file,
            labels,
            fields,
            $"SELECT {string.Concat(labels.Select(label => $"coalesce({label}::text, ''), "))}"
                + $"{string.Join(", ", fields.Select(field => columns[field]))} FROM pg_catalog.{name}");
    }

    // Rows of the view with the same labels are left out: the metric combines them.
    private static async Task<Dictionary<string, Dictionary<string, double?[]?>>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<View> views)
    {
        var read = new Dictionary<string, Dictionary<string, double?[]?>>(StringComparer.Ordinal);
        foreach (var view in views)
        {
            var rows = read[view.Metric.Metric] = new Dictionary<string, double?[]?>(StringComparer.Ordinal);
            await using var command = new NpgsqlCommand(view.Sql, connection);
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                var key = string.Join('\n', view.Labels.Select((_, place) => reader.GetString(place)));
                rows[key] = rows.ContainsKey(key)
                    ? null
                    : [.. view.Fields.Select((_, place) => reader.IsDBNull(view.Labels.Length + place)
                        ? (double?)null : reader.GetDouble(view.Labels.Length + place))];
            }
        }

        return read;
    }

    private sealed record View(MetricFile Metric, string[] Labels, string[] Fields, string Sql);
}
