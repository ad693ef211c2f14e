using System.Text.Json;

namespace MetricsCollector.Storage.Shared;

/// <summary>The column <c>series.attributes</c>: an object of texts.</summary>
internal static class AttributesJson
{
    /// <summary>Writes texts by name.</summary>
    public static string Write(IReadOnlyDictionary<string, string> attributes) =>
        attributes.Count == 0 ? "{}" : JsonSerializer.Serialize(attributes);

    /// <summary>Reads texts by name.</summary>
    public static IReadOnlyDictionary<string, string> Read(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
}
