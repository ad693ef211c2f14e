using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Yaml;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Files.PostgresExporter;

/// <summary>
/// Reads postgres_exporter's <c>queries.yaml</c>. Columns of the answer that the file does not declare are ignored. A DURATION is a
/// gauge in milliseconds and a MAPPEDMETRIC a gauge, both under the column's own name and computed by PostgreSQL. Of a HISTOGRAM its
/// <c>_sum</c> and <c>_count</c> are taken, without the buckets.
/// </summary>
internal sealed class PostgresExporterFile
{
    private const string QueryForm = "'query: SELECT ...' and 'metrics:' with the columns of the answer";

    private static readonly ScopeForms Forms = new("write 'master: true'", "take 'master: true' out");

    private readonly YamlErrors _errors;
    private readonly List<MetricFile> _files = [];

    private PostgresExporterFile(YamlErrors errors) => _errors = errors;

    /// <summary>Reads one file.</summary>
    /// <param name="path">Where the text comes from, for messages.</param>
    /// <param name="text">The whole file.</param>
    /// <returns>One per query; none for a query without text, which is how postgres_exporter turns one off.</returns>
    /// <exception cref="MetricFileException">The file is wrong; the exception has every error of the file.</exception>
    public static IReadOnlyList<MetricFile> Read(string path, string text)
    {
        var errors = new YamlErrors(path);
        return Read(YamlRoot.Parse(text, errors), errors);
    }

    /// <summary>Reads a file that is parsed already.</summary>
    public static IReadOnlyList<MetricFile> Read(YamlSection root, YamlErrors errors)
    {
        var file = new PostgresExporterFile(errors);
        foreach (var query in root.Entries)
        {
            file.ReadQuery(query, new YamlSection(query.Value, errors, QueryForm));
        }

        errors.ThrowIfAny();
        return file._files;
    }

    private void ReadQuery(YamlEntry query, YamlSection section)
    {
        if (!Statement.IsName(query.Name))
        {
            _errors.Add(query.Key, $"'{query.Name}' is not a metric name; write {Statement.NameForm}");
        }

        if (!section.Has("query"))
        {
            _errors.Add(query.Key, $"'{query.Name}' has no query; write {QueryForm}");
            return;
        }

        var sql = section.Text("query");
        if (Statement.IsEmpty(sql))
        {
            return;
        }

        Statement.Check(_errors, section.Find("query")!, sql!);

        var columns = new PostgresExporterColumns(_errors).Read(query, section);
        _files.Add(new MetricFile
        {
            Path = _errors.Place(query.Key),
            Metric = query.Name,
            Summary = $"{query.Name}, a query of postgres_exporter.",
            Postgres = Versions(section),
            Scope = section.Flag("master") ? MetricScope.Instance : MetricScope.Database,
            ScopeForms = Forms,
            DeclaresUnits = false,
            Every = new Duration(section.Seconds("cache_seconds") ?? TimeSpan.FromMinutes(1)),
            Role = section.Flag("primary") ? ServerRole.Primary : ServerRole.Any,
            Labels = [.. columns
                .Where(column => column.Usage == PostgresExporterUsage.Label)
                .Select(column => new ColumnDescription(column.Name, column.Help))],
            Fields = [.. columns.Where(column => column.Usage != PostgresExporterUsage.Label).Select(FieldOf)],
            Sql = Sql(sql!, columns),
        });
    }

    private static Field FieldOf(PostgresExporterColumn column) => new(
        column.Name,
        column.Usage == PostgresExporterUsage.Counter ? FieldKind.Counter : FieldKind.Gauge,
        column.Usage switch
        {
            PostgresExporterUsage.Duration => "milliseconds",
            PostgresExporterUsage.MappedMetric => "state",
            _ => UnitName.Of(column.Name),
        },
        column.Help);

    private VersionRange Versions(YamlSection section)
    {
        if (section.Text("runonserver") is not { Length: > 0 } text)
        {
            return VersionRange.All;
        }

        if (ServerVersions.TryParse(text) is { } range)
        {
            return range;
        }

        _errors.Add(section.Find("runonserver")!, $"'{text}' is not a range of versions; write {ServerVersions.Forms}");
        return VersionRange.All;
    }

    private static IReadOnlyList<SqlLine> Sql(string sql, IReadOnlyList<PostgresExporterColumn> columns)
    {
        var lines = Statement.Lines(sql);
        return columns.Any(column => column.IsConverted)
            ? [.. Statement.Lines(
                $"SELECT {string.Join(",\n  ", columns.Select(column => column.Item()))}\nFROM ("), .. lines, .. Statement.Lines(") AS q")]
            : lines;
    }
}
