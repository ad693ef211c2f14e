using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Json;

/// <summary>Writes a sample as a point: <c>["2026-01-31T12:00:00Z", 3.5]</c>; NaN and the infinities, which JSON lacks, become
/// null.</summary>
internal sealed class PointConverter : JsonConverter<Sample>
{
    /// <inheritdoc />
    public override Sample Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<JsonElement[]>(ref reader, options) is [var at, var value]
            ? new Sample(at.GetDateTimeOffset(), value.ValueKind == JsonValueKind.Null ? null : value.GetDouble())
            : throw new JsonException("A point is an array of a time and a number or null.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Sample value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.At.UtcDateTime);
        JsonNumber.Write(writer, value.Value);
        writer.WriteEndArray();
    }
}
