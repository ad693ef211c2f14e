using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Postgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Catalog.Files.Sql;

/// <summary>Reads a metric file: a header of <c>-- key: value</c> lines, then one statement.</summary>
public sealed partial class MetricFileParser
{
    private static readonly string[] Keys =
    [
        "metric", "summary", "source", "kind", "postgres", "scope", "databases", "every", "role", "requires", "setting", "privilege",
        "preset",
        "computed", "sampled", "texts", "unreachable", "absent", "top", "describes", "problem", "label", "attribute", "counter", "gauge",
    ];

    private const int MostMistakes = 2;

    // The setting that says how often.
    private const string SampledEvery = "LoadInterval";

    private readonly string _path;
    private readonly List<string> _errors = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _columnLines = new(StringComparer.Ordinal);
    private readonly HashSet<string> _columns = new(StringComparer.Ordinal);
    private readonly List<ColumnDescription> _labels = [];
    private readonly List<ColumnDescription> _attributes = [];
    private readonly List<Field> _fields = [];
    private readonly List<FieldPrivilege> _privileges = [];
    private readonly List<SettingRequirement> _settings = [];
    private readonly Dictionary<string, int> _absent = new(StringComparer.Ordinal);
    // What one mistake in a line makes missing is not told as another mistake.
    private readonly HashSet<string> _unknownKeys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refusedFields = new(StringComparer.Ordinal);
    private readonly bool _builtIn;

    private MetricFileParser(string path, bool builtIn) => (_path, _builtIn) = (path, builtIn);

    /// <summary>Reads one file.</summary>
    /// <param name="path">Where the text comes from, for messages.</param>
    /// <param name="text">The whole file.</param>
    /// <param name="builtIn">Whether it came with the program.</param>
    /// <exception cref="MetricFileException">The file is wrong; the exception has every error of the file.</exception>
    public static MetricFile Parse(string path, string text, bool builtIn = false)
    {
        var parser = new MetricFileParser(path, builtIn);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var header = lines.TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal)).Count();
        for (var i = 0; i < header; i++)
        {
            parser.ReadHeaderLine(lines[i][2..].Trim(), i + 1);
        }

        var sql = parser.ReadSql(lines, header);
        var file = parser.Build(sql);
        return parser._errors.Count == 0 ? file : throw new MetricFileException(parser._errors);
    }

    [GeneratedRegex(@"^(?<key>[A-Za-z]+)(?<rest>[^:]*):(?<value>.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex HeaderLine();

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}\\z")]
    private static partial Regex Name();

    private List<SqlLine> ReadSql(string[] lines, int header)
    {
        var sql = MarkedStatement.LinesOf(lines[header..]);
        if (_values.ContainsKey("computed"))
        {
            if (!string.IsNullOrWhiteSpace(SqlText.WithoutComments(string.Join('\n', sql.Select(line => line.Text)))))
            {
                Error(header + 1, "a computed metric has no statement; take it out");
            }

            return [];
        }

        var versions = (_values.TryGetValue("postgres", out var range) ? VersionRange.TryParse(range) : null) ?? VersionRange.All;
        if (MarkedStatement.Problem(sql, versions) is var (message, line))
        {
            Error(header + line, message);
        }

        return SqlText.WithoutLastSemicolon(sql);
    }

    private MetricFile Build(List<SqlLine> sql)
    {
        var metric = Required("metric");
        if (metric.Length > 0 && !Name().IsMatch(metric))
        {
            Error(Line("metric"), $"'{metric}' is not a metric name; write lower-case letters, digits and underscores");
        }

        if (_values.ContainsKey("databases")
            && _values.GetValueOrDefault("scope", _lines.ContainsKey("scope") ? "" : "instance") == "instance")
        {
            Error(Line("databases"), "'databases' chooses among the databases of a server; write '-- scope: database' too");
        }

        var allRead = _refusedFields.Count + _unknownKeys.Count == 0;
        if (_fields.Count == 0 && allRead && !_lines.ContainsKey("describes"))
        {
            Error(1, "the file declares no field; write for example '-- gauge numbackends connections: Backends connected now.'");
        }

        foreach (var field in _privileges.Select(privilege => privilege.Field))
        {
            if (field != FieldPrivilege.Rows && allRead && !_fields.Exists(declared => declared.Name == field))
            {
                Error(
                    Line($"privilege {field}"),
                    $"'{field}' is not a field of the file; write the name of a counter or gauge, "
                        + $"or {FieldPrivilege.Rows} where rows would be missing");
            }
        }

        var sampled = _values.ContainsKey("sampled");
        if (sampled && (!_builtIn || _fields is not [{ Kind: FieldKind.Counter }]))
        {
            Error(Line("sampled"), _builtIn
                ? "a sampled metric has one field, a counter; take the others out"
                : "only metrics that come with the program are sampled; take the line out");
        }

        foreach (var (field, line) in _absent)
        {
            if (allRead && !_fields.Exists(declared => declared.Name == field && declared.Kind == FieldKind.Gauge))
            {
                Error(line, $"'{field}' is not a gauge of the file; write the name of one");
            }
        }

        return new MetricFile
        {
            Path = _path,
            Metric = metric,
            Summary = Required("summary"),
            Source = _values.GetValueOrDefault("source"),
            Kind = Kind(),
            Postgres = Reference("postgres", VersionRange.All, text => VersionRange.TryParse(text), VersionRange.Forms)!,
            Scope = Value("scope", MetricScope.Instance, HeaderValue.OneOf<MetricScope>, "instance or database"),
            Databases = _values.GetValueOrDefault("databases")?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [],
            Every = Value("every", new Duration(TimeSpan.FromMinutes(1)), HeaderValue.Interval, Duration.Forms + ", at least 1s"),
            Role = Value("role", ServerRole.Any, HeaderValue.OneOf<ServerRole>, "any, primary or standby"),
            Requires = Reference("requires", null, HeaderValue.Requirement, HeaderValue.RequirementForms),
            Preset = Value("preset", MetricPreset.Standard, HeaderValue.OneOf<MetricPreset>, "minimal, standard or exhaustive"),
            ComputedFrom = _values.ContainsKey("computed")
                ? Value("computed", ComputedFrom.Pass, HeaderValue.OneOf<ComputedFrom>, "pass or sampling")
                : null,
            Sampled = Value("sampled", false, text => text == SampledEvery ? true : null, SampledEvery),
            TextsOf = _values.GetValueOrDefault("texts"),
            Privilege = _values.GetValueOrDefault("privilege"),
            FieldPrivileges = _privileges,
            Settings = _settings,
            Problem = Reference("problem", null, OtherColumn, "a column that is declared nowhere else"),
            BuiltIn = _builtIn,
            Unreachable = _values.ContainsKey("unreachable") ? Value("unreachable", 0, HeaderValue.Number, "a number, such as 0") : null,
            Top = _values.GetValueOrDefault("top")?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [],
            Describes = _values.GetValueOrDefault("describes"),
            Labels = _labels,
            Attributes = _attributes,
            Fields = [.. _fields.Select(field => field with { AbsentIsZero = sampled || _absent.ContainsKey(field.Name) })],
            Lines = _columnLines,
            Sql = sql,
        };
    }

    private TargetKind Kind()
    {
        var name = _values.GetValueOrDefault("kind", TargetKind.PostgreSqlName);
        if (TargetKind.Find(name) is { } kind)
        {
            return kind;
        }

        Error(Line("kind"), $"'kind' {TargetKind.Problem(name)}");
        return TargetKind.PostgreSql;
    }

    private string Required(string key)
    {
        if (!_lines.ContainsKey(key) && !_unknownKeys.Any(unknown => EditDistance.Between(unknown, key) <= MostMistakes))
        {
            Error(1, $"the header has no '{key}'; write '-- {key}: ...'");
        }

        return _values.GetValueOrDefault(key, string.Empty);
    }

    private T Value<T>(string key, T missing, Func<string, T?> parse, string forms)
        where T : struct
        => !_values.TryGetValue(key, out var text) ? missing : parse(text) ?? Wrong(key, text, forms, missing);

    private T? Reference<T>(string key, T? missing, Func<string, T?> parse, string forms)
        where T : class
        => !_values.TryGetValue(key, out var text) ? missing : parse(text) ?? Wrong(key, text, forms, missing);

    private T Wrong<T>(string key, string text, string forms, T missing)
    {
        Error(Line(key), $"'{text}' is not a value for '{key}'; write {forms}");
        return missing;
    }

    private string? OtherColumn(string text) => Name().IsMatch(text) && !_columns.Contains(text) ? text : null;

    private int Line(string key) => _lines.GetValueOrDefault(key, 1);

    private void Error(int line, string message) =>
        _errors.Add($"{_path}:{line.ToString(CultureInfo.InvariantCulture)}: {message}.");
}
