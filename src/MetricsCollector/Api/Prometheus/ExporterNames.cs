using System.Globalization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Prometheus;

/// <summary>The names of <c>exporter_names.txt</c>, by metric and field.</summary>
internal sealed class ExporterNames
{
    private const string Resource = "Prometheus/exporter_names.txt";

    private readonly ILookup<(string Metric, string Field), ExporterName> _names;

    /// <summary>Reads lines of the file.</summary>
    /// <exception cref="FormatException">A line has an option that is not known, or too few words.</exception>
    public ExporterNames(IEnumerable<string> lines) => _names = lines
        .Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 0)
        .ToLookup(words => (words[0], words.ElementAtOrDefault(1) ?? string.Empty), Read);

    /// <summary>The names that come with the program.</summary>
    public static ExporterNames BuiltIn()
    {
        using var reader = new StreamReader(typeof(ExporterNames).Assembly.GetManifestResourceStream(Resource)!);
        return new ExporterNames(reader.ReadToEnd().Split('\n'));
    }

    /// <summary>What a field is called for a server of a major version: what postgres_exporter calls it, or a name of its own.</summary>
    public IReadOnlyList<ExporterName> Of(string metric, Field field, int major)
    {
        ExporterName[] names = [.. _names[(metric, field.Name)].Where(name => major >= name.From && major <= name.Until)];
        return names.Length > 0 ? names : [ExporterName.Own(metric, field)];
    }

    private static ExporterName Read(string[] words)
    {
        if (words.Length < 3)
        {
            throw new FormatException($"'{string.Join(' ', words)}' has too few words; write: metric field name options");
        }

        var type = words[2].EndsWith("_total", StringComparison.Ordinal) ? FamilyType.Counter : FamilyType.Untyped;
        return words[3..].Aggregate(new ExporterName(words[2], type), With);
    }

    private static ExporterName With(ExporterName name, string option) => option.Split('=', 2) switch
    {
        ["gauge"] => name with { Type = FamilyType.Gauge },
        ["untyped"] => name with { Type = FamilyType.Untyped },
        ["scale", var factor] => name with { Scale = double.Parse(factor, CultureInfo.InvariantCulture) },
        ["sum", var labels] => name with { Kept = labels.Split(',') },
        ["max", var labels] => name with { Kept = labels.Split(','), Max = true },
        ["rename", var pair] => name with { Renamed = new Dictionary<string, string> { [pair.Split(':')[0]] = pair.Split(':')[1] } },
        ["lower", var label] => name with { Lower = label },
        ["from", var major] => name with { From = int.Parse(major, CultureInfo.InvariantCulture) },
        ["until", var major] => name with { Until = int.Parse(major, CultureInfo.InvariantCulture) },
        _ => throw new FormatException($"'{option}' is no option; write gauge, untyped, scale=, sum=, max=, rename=, lower=, from= or until="),
    };
}
