using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Yaml;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Files.Pgwatch;

/// <summary>
/// Reads pgwatch's <c>metrics.yaml</c> (versions 3 to 5). Left out are <c>storage_name</c> (metrics keep names of their own),
/// <c>init_sql</c> (nothing is ever changed on a watched server), <c>statement_timeout_seconds</c>, <c>is_private</c> and statements
/// for PgBouncer and Pgpool.
/// </summary>
internal sealed partial class PgwatchFile
{
    private const string MetricForm = "'sqls:' with a statement for each oldest major version it is for, such as '14: SELECT ...'";
    private const string PreferredPreset = "full";

    private static readonly ScopeForms Forms = new("write 'is_instance_level: true'", "take 'is_instance_level: true' out");

    private readonly YamlErrors _errors;
    private readonly Dictionary<string, TimeSpan> _intervals = new(StringComparer.Ordinal);
    private readonly List<MetricFile> _files = [];

    private PgwatchFile(YamlErrors errors) => _errors = errors;

    /// <summary>Reads one file.</summary>
    /// <param name="path">Where the text comes from, for messages.</param>
    /// <param name="text">The whole file: <c>metrics:</c> and <c>presets:</c>, or the metrics alone.</param>
    /// <returns>One per metric and range of versions that it has a statement for.</returns>
    /// <exception cref="MetricFileException">The file is wrong; the exception has every error of the file.</exception>
    public static IReadOnlyList<MetricFile> Read(string path, string text)
    {
        var errors = new YamlErrors(path);
        return Read(YamlRoot.Parse(text, errors), errors);
    }

    /// <summary>Reads a file that is parsed already.</summary>
    public static IReadOnlyList<MetricFile> Read(YamlSection root, YamlErrors errors)
    {
        var file = new PgwatchFile(errors);
        file.ReadPresets(root);
        file.ReadMetrics(root);
        errors.ThrowIfAny();
        return file._files;
    }

    [GeneratedRegex(
        @"^\s*CREATE\s+EXTENSION\s+(IF\s+NOT\s+EXISTS\s+)?""?(?<name>[A-Za-z_][\w-]*)""?\s*;?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex CreatesExtension();

    private void ReadPresets(YamlSection root)
    {
        if (root.Find("presets") is not { } node)
        {
            return;
        }

        var presets = new YamlSection(node, _errors, "a name with 'metrics:' for each preset");
        foreach (var preset in presets.Entries.OrderBy(preset => preset.Name != PreferredPreset))
        {
            var section = new YamlSection(preset.Value, _errors, "'metrics:' with seconds for each metric");
            if (section.Find("metrics") is { } metrics)
            {
                var intervals = new YamlSection(metrics, _errors, "seconds for each metric, such as 'db_stats: 60'");
                foreach (var metric in intervals.Entries)
                {
                    if (intervals.Seconds(metric.Name) is { } interval)
                    {
                        _intervals.TryAdd(metric.Name, interval);
                    }
                }
            }
        }
    }

    private void ReadMetrics(YamlSection root)
    {
        var metrics = root.Has("metrics") || root.Has("presets")
            ? root.Find("metrics") is { } node ? new YamlSection(node, _errors, "a name with 'sqls:' for each metric").Entries : []
            : root.Entries;
        foreach (var metric in metrics)
        {
            if (!Statement.IsName(metric.Name))
            {
                _errors.Add(metric.Key, $"'{metric.Name}' is not a metric name; write {Statement.NameForm}");
            }

            ReadMetric(metric, new YamlSection(metric.Value, _errors, MetricForm));
        }
    }

    private void ReadMetric(YamlEntry metric, YamlSection section)
    {
        var template = new MetricFile
        {
            Path = _errors.Place(metric.Key),
            Metric = metric.Name,
            Summary = Statement.FirstSentence(section.Text("description")) ?? $"{metric.Name}, a metric of pgwatch.",
            Scope = section.Flag("is_instance_level") ? MetricScope.Instance : MetricScope.Database,
            ScopeForms = Forms,
            DeclaresUnits = false,
            Every = new Duration(_intervals.GetValueOrDefault(metric.Name, TimeSpan.FromMinutes(1))),
            Role = RoleOf(section),
            Requires = CreatesExtension().Match(section.Text("init_sql") ?? string.Empty) is { Success: true } match
                ? new ExtensionRequirement(match.Groups["name"].Value, null)
                : null,
            Columns = new PgwatchColumns(string.Join('\n', section.Texts("gauges"))).RoleOf,
            Sql = [],
        };
        var statements = Statements(metric, section);
        for (var i = 0; i < statements.Count; i++)
        {
            var (from, sql) = statements[i];
            if (!Statement.IsEmpty(sql) && !Statement.IsShow(sql))
            {
                int? last = i + 1 < statements.Count ? statements[i + 1].From - 1 : null;
                _files.Add(template with { Postgres = new VersionRange(from, last), Sql = Statement.Lines(sql) });
            }
        }
    }

    private ServerRole RoleOf(YamlSection section)
    {
        switch (section.Text("node_status"))
        {
            case null or "":
                return ServerRole.Any;
            case "primary":
                return ServerRole.Primary;
            case "standby":
                return ServerRole.Standby;
            case var other:
                _errors.Add(section.Find("node_status")!, $"'{other}' is not a node_status; write primary or standby, or leave it out");
                return ServerRole.Any;
        }
    }

    private List<(int From, string Sql)> Statements(YamlEntry metric, YamlSection section)
    {
        if (section.Find("sqls") is not { } node)
        {
            _errors.Add(metric.Key, $"the metric '{metric.Name}' has no statement; write {MetricForm}");
            return [];
        }

        var statements = new List<(int From, string Sql)>();
        var sqls = new YamlSection(node, _errors, MetricForm);
        foreach (var entry in sqls.Entries)
        {
            var sql = sqls.Text(entry.Name) ?? string.Empty;
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var from))
            {
                _errors.Add(
                    entry.Key,
                    $"'{entry.Name}' is not a major version; write the oldest that the statement is for, such as '14: SELECT ...'");
            }
            else
            {
                Statement.Check(_errors, entry.Value, sql);
            }

            statements.Add((from, sql));
        }

        return [.. statements.OrderBy(statement => statement.From)];
    }
}
