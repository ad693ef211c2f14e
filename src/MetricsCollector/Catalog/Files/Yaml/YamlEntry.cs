using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>One entry of a mapping.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Key">Where the key stands.</param>
/// <param name="Value">What stands behind the colon.</param>
internal sealed record YamlEntry(string Name, YamlNode Key, YamlNode Value);
