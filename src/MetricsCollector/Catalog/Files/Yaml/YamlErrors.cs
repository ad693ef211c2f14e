using System.Globalization;
using MetricsCollector.Catalog.Definitions;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>What is wrong with one YAML file, each with its line.</summary>
internal sealed class YamlErrors(string path)
{
    private readonly List<string> _errors = [];

    /// <summary>Where the node stands: <c>file:line</c>.</summary>
    public string Place(YamlNode node) => Place(node.Start.Line);

    /// <summary>Notes an error: what is wrong; what to write.</summary>
    public void Add(YamlNode node, string message) => Add(node.Start.Line, message);

    /// <summary>Notes an error of a line.</summary>
    public void Add(long line, string message) => _errors.Add($"{Place(line)}: {message}.");

    /// <summary>Goes on only when nothing is wrong.</summary>
    /// <exception cref="MetricFileException">Something is; the exception has all of it.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new MetricFileException(_errors);
        }
    }

    private string Place(long line) => string.Create(CultureInfo.InvariantCulture, $"{path}:{Math.Max(line, 1)}");
}
