using System.Globalization;
using MetricsCollector.Catalog.Files.Yaml;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files.PostgresExporter;

/// <summary>Reads the list <c>metrics</c> of a postgres_exporter query.</summary>
internal sealed class PostgresExporterColumns(YamlErrors errors)
{
    private const string Form = "'- column:' with 'usage: GAUGE' and 'description: ...' for each column";
    private const string Usages = "LABEL, COUNTER, GAUGE, HISTOGRAM, DURATION, MAPPEDMETRIC or DISCARD";

    private readonly List<PostgresExporterColumn> _columns = [];

    /// <summary>The columns that are not discarded; what is wrong goes to the errors of the file.</summary>
    public IReadOnlyList<PostgresExporterColumn> Read(YamlEntry query, YamlSection section)
    {
        if (section.Find("metrics") is not YamlSequenceNode list)
        {
            errors.Add(
                section.Find("metrics") ?? query.Key,
                $"the query '{query.Name}' has no list of columns; write 'metrics:' and below it {Form}");
            return [];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in list.Children.SelectMany(item => new YamlSection(item, errors, Form).Entries))
        {
            if (!seen.Add(entry.Name))
            {
                errors.Add(entry.Key, $"the column '{entry.Name}' is declared twice; keep one");
            }

            ReadColumn(entry, new YamlSection(entry.Value, errors, "'usage: GAUGE' and 'description: ...'"));
        }

        if (!_columns.Any(column => column.Usage != PostgresExporterUsage.Label))
        {
            errors.Add(query.Key, $"the query '{query.Name}' declares no number; write a column with 'usage: GAUGE' or 'usage: COUNTER'");
        }

        return _columns;
    }

    private void ReadColumn(YamlEntry entry, YamlSection section)
    {
        if (!Statement.IsName(entry.Name))
        {
            errors.Add(
                entry.Key, $"'{entry.Name}' is not a column name; write {Statement.NameForm}, and name the column so in the query with AS");
        }

        var help = Statement.FirstSentence(section.Text("description")) ?? entry.Name;
        switch (UsageOf(entry, section))
        {
            case null or PostgresExporterUsage.Discard:
                break;
            case PostgresExporterUsage.Histogram:
                // The arrays of buckets are no numbers; what a mean needs stands beside them in two columns of its own.
                Add(entry.Name + "_sum", PostgresExporterUsage.Counter, help + " (sum)", []);
                Add(entry.Name + "_count", PostgresExporterUsage.Counter, help + " (count)", []);
                break;
            case PostgresExporterUsage.MappedMetric:
                Add(entry.Name, PostgresExporterUsage.MappedMetric, help, Numbers(entry, section));
                break;
            case { } usage:
                Add(entry.Name, usage, help, []);
                break;
        }
    }

    private void Add(string name, PostgresExporterUsage usage, string help, IReadOnlyList<KeyValuePair<string, double>> numbers)
    {
        if (!_columns.Exists(column => column.Name == name))
        {
            _columns.Add(new PostgresExporterColumn(name, usage, help, numbers));
        }
    }

    private PostgresExporterUsage? UsageOf(YamlEntry entry, YamlSection section)
    {
        var text = section.Text("usage");
        if (text is not null
            && text.All(char.IsAsciiLetterUpper)
            && Enum.TryParse<PostgresExporterUsage>(text, ignoreCase: true, out var usage))
        {
            return usage;
        }

        errors.Add(
            section.Find("usage") ?? entry.Key,
            text is null
                ? $"the column '{entry.Name}' has no usage; write 'usage: ' and {Usages}"
                : $"'{text}' is not a usage; write {Usages}");
        return null;
    }

    private List<KeyValuePair<string, double>> Numbers(YamlEntry entry, YamlSection section)
    {
        const string form = "'metric_mapping: {on: 1, off: 0}'";
        var numbers = new List<KeyValuePair<string, double>>();
        if (section.Find("metric_mapping") is not { } node)
        {
            errors.Add(entry.Key, $"the column '{entry.Name}' does not say which number each text is; write {form}");
            return numbers;
        }

        var mapping = new YamlSection(node, errors, form);
        foreach (var text in mapping.Entries)
        {
            if (double.TryParse(mapping.Text(text.Name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                numbers.Add(KeyValuePair.Create(text.Name, number));
            }
            else
            {
                errors.Add(text.Key, $"'{text.Name}' has no number; write {form}");
            }
        }

        return numbers;
    }
}
