using MetricsCollector.Catalog.Definitions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>Reads the text of a YAML file of metrics as one mapping.</summary>
internal static class YamlRoot
{
    /// <summary>What such a file holds, for messages.</summary>
    public const string Form = "'metrics:' with metrics that have 'sqls' (pgwatch), or names with a 'query' each (postgres_exporter)";

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
            errors.Add(
                exception.Start.Line,
                $"this is not YAML: {exception.Message.TrimEnd('.')}; correct the indentation, the quotes or the key there");
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
}
