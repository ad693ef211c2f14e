using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Formats;

/// <summary>Reads the metrics of a YAML file of another collector; what the file holds tells whose it is, not its name.</summary>
internal static class YamlMetricFile
{
    private const string Form = "'metrics:' with metrics that have 'sqls' (pgwatch), or names with a 'query' each (postgres_exporter)";

    /// <summary>Reads a file of either format.</summary>
    /// <param name="path">Where the text comes from, for messages.</param>
    /// <param name="text">The whole file.</param>
    /// <returns>One per metric and range of versions.</returns>
    /// <exception cref="MetricFileException">The file is wrong; the exception has every error of the file.</exception>
    public static IReadOnlyList<MetricFile> Read(string path, string text)
    {
        var errors = new YamlErrors(path);
        var root = Parse(text, errors);
        var isPgwatch = HasMetrics(root) || root.Has("presets") || AnyHas(root, "sqls");
        if (!isPgwatch && !AnyHas(root, "query"))
        {
            errors.Add(root.Node, $"the file is neither pgwatch's nor postgres_exporter's; write {Form}");
            errors.ThrowIfAny();
        }

        return isPgwatch ? PgwatchFile.Read(root, errors) : PostgresExporterFile.Read(root, errors);
    }

    /// <summary>The mapping that the file is.</summary>
    /// <exception cref="MetricFileException">The text is no YAML, or empty.</exception>
    public static YamlSection Parse(string text, YamlErrors errors)
    {
        YamlNode? node = null;
        try
        {
            node = YamlText.Read(text);
        }
        catch (YamlException exception)
        {
            errors.Add(exception.Start.Line, $"this is not YAML: {exception.Message.TrimEnd('.')}; correct the indentation, the quotes or the key there");
        }

        errors.ThrowIfAny();
        if (node is null)
        {
            errors.Add(1, $"the file is empty; write {Form}, or take the file away");
            errors.ThrowIfAny();
        }

        var root = new YamlSection(node!, errors, Form);
        errors.ThrowIfAny();
        return root;
    }

    // A metric of postgres_exporter may itself be called metrics.
    private static bool HasMetrics(YamlSection root) => root.Has("metrics") && !(root.Find("metrics") is { } metrics && Has(metrics, "query"));

    private static bool AnyHas(YamlSection root, string key) => root.Entries.Any(entry => Has(entry.Value, key));

    private static bool Has(YamlNode node, string key) => node is YamlMappingNode mapping && mapping.Children.ContainsKey(new YamlScalarNode(key));
}
