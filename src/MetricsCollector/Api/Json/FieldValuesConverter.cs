using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Json;

/// <summary>Writes <c>{"numbackends": 3, "xact_commit": null}</c>; NaN and the infinities, which JSON lacks, become null.</summary>
internal sealed class FieldValuesConverter : JsonConverter<FieldValues>
{
    /// <inheritdoc />
    public override FieldValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var values = JsonSerializer.Deserialize<Dictionary<string, double?>>(ref reader, options) ?? [];
        return new FieldValues([.. values.Keys], [.. values.Values]);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, FieldValues value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        for (var i = 0; i < value.Fields.Count; i++)
        {
            writer.WritePropertyName(value.Fields[i]);

            // A field that joined the metric later is missing at the end of older rows.
            JsonNumber.Write(writer, i < value.Readings.Count ? value.Readings[i] : null);
        }

        writer.WriteEndObject();
    }
}
