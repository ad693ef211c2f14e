using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>A mapping of a YAML file, read key by key. Keys nobody asks for are ignored, as the programs do whose files these
/// are.</summary>
internal sealed class YamlSection
{
    private readonly YamlErrors _errors;
    private readonly Dictionary<string, YamlEntry> _byName = new(StringComparer.Ordinal);

    /// <summary>Reads the keys of a mapping; anything but a mapping is an error and reads as an empty one.</summary>
    /// <param name="node">The mapping.</param>
    /// <param name="errors">Where errors go.</param>
    /// <param name="form">What the mapping should look like, for the message.</param>
    public YamlSection(YamlNode node, YamlErrors errors, string form)
    {
        (Node, _errors) = (node, errors);
        if (node is not YamlMappingNode mapping)
        {
            errors.Add(node, $"here should stand keys with their values; write {form}");
            return;
        }

        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
            {
                _byName[name] = new YamlEntry(name, key, value);
            }
            else
            {
                errors.Add(key, $"a key must be plain text; write {form}");
            }
        }
    }

    /// <summary>Where it stands.</summary>
    public YamlNode Node { get; }

    /// <summary>The entries in the order of the file.</summary>
    public IReadOnlyCollection<YamlEntry> Entries => _byName.Values;

    /// <summary>Whether the text of a node is absent: nothing, <c>~</c> or <c>null</c>.</summary>
    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>The value of a key; null when the key or its value is absent.</summary>
    public YamlNode? Find(string key) => _byName.TryGetValue(key, out var entry) && !IsNull(entry.Value) ? entry.Value : null;

    /// <summary>Whether the key is there, be it without a value.</summary>
    public bool Has(string key) => _byName.ContainsKey(key);

    /// <summary>The text of a key; null when absent.</summary>
    public string? Text(string key)
    {
        var node = Find(key);
        if (node is null or YamlScalarNode)
        {
            return (node as YamlScalarNode)?.Value;
        }

        _errors.Add(node, $"'{key}' must be one text; write '{key}: ...'");
        return null;
    }

    /// <summary>The texts of a key's list, or of the one text in place of a list; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlScalarNode { Value: { } one }:
                return [one];
            case YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode):
                return [.. list.Children.Cast<YamlScalarNode>().Select(item => item.Value ?? string.Empty)];
            case { } other:
                _errors.Add(other, $"'{key}' must be a list of names; write '{key}: [one, another]'");
                return [];
        }
    }

    /// <summary>Whether a key is true; false when absent.</summary>
    public bool Flag(string key)
    {
        switch (Text(key)?.ToUpperInvariant())
        {
            case "TRUE" or "YES" or "ON":
                return true;
            case null or "FALSE" or "NO" or "OFF":
                return false;
            default:
                _errors.Add(Find(key)!, $"'{key}' is neither true nor false; write '{key}: true' or '{key}: false'");
                return false;
        }
    }

    /// <summary>Seconds of a key as an interval; null when absent or 0.</summary>
    public TimeSpan? Seconds(string key)
    {
        var text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is 0 or (>= 1 and < 1e9))
        {
            return seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
        }

        _errors.Add(Find(key)!, $"'{text}' is not an interval for '{key}'; write seconds, at least 1, such as '{key}: 60'");
        return null;
    }
}
