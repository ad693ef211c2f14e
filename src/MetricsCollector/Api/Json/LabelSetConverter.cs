using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Json;

/// <summary>Writes labels as an object, ordered by name: <c>{"datname": "app"}</c>.</summary>
internal sealed class LabelSetConverter : JsonConverter<LabelSet>
{
    /// <inheritdoc />
    public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LabelSet.Of(JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options) ?? []);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value.Items)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }
}
