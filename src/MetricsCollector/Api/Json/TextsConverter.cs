using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Json;

/// <summary>A list of texts, or a single text in its place.</summary>
internal sealed class TextsConverter : JsonConverter<IReadOnlyList<string>>
{
    /// <inheritdoc />
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? [reader.GetString()!]
            : JsonSerializer.Deserialize<string[]>(ref reader, options) is { } texts && texts.All(text => text is not null)
                ? texts
                : throw new JsonException();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToArray(), options);
}
