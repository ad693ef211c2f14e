using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Json;

/// <summary>Writes instants in UTC with a Z, RFC 3339, without zeros behind the seconds: <c>2026-01-31T12:00:00.25Z</c>.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
