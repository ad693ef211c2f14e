using System.Globalization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Exposition;

/// <summary>The names of <c>exporter_names.txt</c>, by metric and field.</summary>
internal sealed class ExporterNames
{
    private const string Resource = "Prometheus/exporter_names.txt";

    private readonly ILookup<(string Metric, string Field), ExporterName> _names;

    private readonly bool _old;

    /// <summary>Reads lines of the file.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="old">Whether names of our own without base units come too.</param>
    /// <exception cref="FormatException">A line has an option that is not known, or too few words.</exception>
    public ExporterNames(IEnumerable<string> lines, bool old)
    {
        _old = old;
        _names = lines
            .Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 0)
            .ToLookup(words => (words[0], words.ElementAtOrDefault(1) ?? string.Empty), Read);
    }

    /// <summary>The names that come with the program.</summary>
    public static ExporterNames BuiltIn(bool old)
    {
        using var reader = new StreamReader(typeof(ExporterNames).Assembly.GetManifestResourceStream(Resource)!);
        return new ExporterNames(reader.ReadToEnd().Split('\n'), old);
    }

    /// <summary>What a field is called for a server of a major version: what postgres_exporter calls it, or names of its own.</summary>
    public IReadOnlyList<ExporterName> Of(string metric, Field field, int major)
    {
        ExporterName[] names = [.. _names[(metric, field.Name)].Where(name => major >= name.From && major <= name.Until)];
        return names.Length > 0 ? names : ExporterName.Own(metric, field, _old);
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
        ["one"] => name with { IsOne = true },
        ["scale", var factor] => name with { Scale = double.Parse(factor, CultureInfo.InvariantCulture) },
        ["sum", var labels] => name with { Kept = List(labels) },
        ["max", var labels] => name with { Kept = List(labels), Max = true },
        ["with", var attributes] => name with { With = List(attributes) },
        ["needs", var labels] => name with { Needed = List(labels) },
        ["without", var pair] => name with { Without = (Pair(pair).Left, Spaced(Pair(pair).Right)) },
        ["or", var pair] => name with { Or = Pair(pair) },
        ["null", var value] => name with { IfNull = double.Parse(value, CultureInfo.InvariantCulture) },
        ["codes", var pair] => name with { Codes = (Pair(pair).Left, List(Pair(pair).Right)) },
        ["each", var pair] => name with { Each = (Pair(pair).Left, List(Spaced(Pair(pair).Right))) },
        ["zero", var pair] => name with { Zero = (Pair(pair).Left, List(Spaced(Pair(pair).Right))) },
        ["rename", var pairs] =>
            name with { Renamed = List(pairs).Select(Pair).ToDictionary(pair => pair.Left, pair => pair.Right, StringComparer.Ordinal) },
        ["lower", var label] => name with { Lower = label },
        ["from", var major] => name with { From = int.Parse(major, CultureInfo.InvariantCulture) },
        ["until", var major] => name with { Until = int.Parse(major, CultureInfo.InvariantCulture) },
        _ => throw new FormatException($"'{option}' is no option; write one of those that the head of {Resource} names"),
    };

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static (string Left, string Right) Pair(string text) => text.Split(':', 2) is [var left, var right]
        ? (left, right)
        : throw new FormatException($"'{text}' needs two parts; write label:value");

    // Options are what is between spaces: a space within a value is written as an underscore.
    private static string Spaced(string value) => value.Replace('_', ' ');
}
