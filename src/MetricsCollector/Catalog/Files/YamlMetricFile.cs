using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Pgwatch;
using MetricsCollector.Catalog.Files.PostgresExporter;
using MetricsCollector.Catalog.Files.Yaml;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files;

/// <summary>Reads the metrics of a YAML file of another collector; what the file holds tells whose it is, not its name.</summary>
internal static class YamlMetricFile
{
    /// <summary>Reads a file of either format.</summary>
    /// <param name="path">Where the text comes from, for messages.</param>
    /// <param name="text">The whole file.</param>
    /// <returns>One per metric and range of versions.</returns>
    /// <exception cref="MetricFileException">The file is wrong; the exception has every error of the file.</exception>
    public static IReadOnlyList<MetricFile> Read(string path, string text)
    {
        var errors = new YamlErrors(path);
        var root = YamlRoot.Parse(text, errors);
        var isPgwatch = HasMetrics(root) || root.Has("presets") || AnyHas(root, "sqls");
        if (!isPgwatch && !AnyHas(root, "query"))
        {
            errors.Add(root.Node, $"the file is neither pgwatch's nor postgres_exporter's; write {YamlRoot.Form}");
            errors.ThrowIfAny();
        }

        return isPgwatch ? PgwatchFile.Read(root, errors) : PostgresExporterFile.Read(root, errors);
    }

    // A metric of postgres_exporter may itself be called metrics.
    private static bool HasMetrics(YamlSection root) =>
        root.Has("metrics") && !(root.Find("metrics") is { } metrics && Has(metrics, "query"));

    private static bool AnyHas(YamlSection root, string key) => root.Entries.Any(entry => Has(entry.Value, key));

    private static bool Has(YamlNode node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.ContainsKey(new YamlScalarNode(key));
}
