using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Files.Sql;

/// <content>The lines of the header.</content>
public sealed partial class MetricFileParser
{
    private void ReadHeaderLine(string line, int number)
    {
        var match = HeaderLine().Match(line);
        var key = match.Groups["key"].Value;
        if (!match.Success || !Keys.Contains(key, StringComparer.Ordinal))
        {
            var example = match.Success ? null : ExampleOf(line.Split(' ')[0]);
            Error(number, example is not null
                ? $"'-- {line}' has no colon; write for example '{example}'"
                : $"'-- {line}' is not a header line; write one of: {string.Join(", ", Keys)}, each as '-- key: value', "
                    + "or put a blank line before comments");
            _unknownKeys.Add(key);
            return;
        }

        var rest = match.Groups["rest"].Value.Trim();
        var value = match.Groups["value"].Value.Trim();
        if (value.Length == 0)
        {
            Error(number, $"'{key}' has no text behind the colon");
            _lines.TryAdd(key, number);
            _refusedFields.Add(rest.Split(' ')[0]);
            return;
        }

        switch (key)
        {
            case "label" or "attribute":
                ReadText(key, rest, value, number);
                break;
            case "counter" or "gauge":
                ReadField(key, rest, value, number);
                break;
            case "privilege" when rest.Length > 0:
                ReadFieldPrivilege(rest, value, number);
                break;
            case "absent":
                ReadAbsent(rest, value, number);
                break;
            case "setting":
                ReadSetting(rest, value, number);
                break;
            default:
                if (rest.Length > 0 || !_values.TryAdd(key, value))
                {
                    Error(number, rest.Length > 0 ? $"write '-- {key}: value' without '{rest}'" : $"'{key}' is used twice; keep one");
                }

                _lines.TryAdd(key, number);
                break;
        }
    }

    private static string? ExampleOf(string key) => key switch
    {
        "label" or "attribute" => $"-- {key} datname: Name of the database.",
        "counter" or "gauge" => $"-- {key} xact_commit transactions: Transactions committed.",
        _ => null,
    };

    private void ReadText(string key, string name, string help, int number)
    {
        if (AddColumn(name, ExampleOf(key)!, number))
        {
            (key == "label" ? _labels : _attributes).Add(new ColumnDescription(name, help));
        }
    }

    private void ReadField(string key, string rest, string help, int number)
    {
        var example = ExampleOf(key)!;
        if (rest.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var name, var unit] || !Name().IsMatch(unit))
        {
            Error(number, $"a {key} needs a name and a unit; write for example '{example}'");
            _refusedFields.Add(rest.Split(' ')[0]);
        }
        else if (AddColumn(name, example, number))
        {
            _fields.Add(new Field(name, key == "counter" ? FieldKind.Counter : FieldKind.Gauge, unit, help));
        }
    }

    private void ReadFieldPrivilege(string field, string role, int number)
    {
        _lines.TryAdd($"privilege {field}", number);
        if (_privileges.Exists(privilege => privilege.Field == field))
        {
            Error(number, $"the privilege of '{field}' is given twice; keep one");
        }

        _privileges.Add(new FieldPrivilege(field, role));
    }

    private void ReadAbsent(string field, string value, int number)
    {
        if (value != "0" || field.Length == 0)
        {
            Error(number, "'absent' names a gauge that is 0 where a row is missing; write for example '-- absent sessions: 0'");
        }
        else if (!_absent.TryAdd(field, number))
        {
            Error(number, $"'absent {field}' is used twice; keep one");
        }
    }

    private void ReadSetting(string name, string values, int number)
    {
        if (!SettingRequirement.Known.Contains(name))
        {
            Error(number, $"'{name}' is not a setting that a metric can need; write one of {string.Join(", ", SettingRequirement.Known)}, "
                + "for example '-- setting track_functions: pl, all'");
        }

        _settings.Add(
            new SettingRequirement(name, values.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
    }

    private bool AddColumn(string name, string example, int number)
    {
        if (!Name().IsMatch(name))
        {
            Error(number, $"'{name}' is not a column name of lower-case letters, digits and underscores; write for example '{example}'");
            _refusedFields.Add(name);
            return false;
        }

        _columnLines.TryAdd(name, number);
        if (!_columns.Add(name))
        {
            Error(number, $"the column '{name}' is declared twice; keep one");
            return false;
        }

        return true;
    }
}
