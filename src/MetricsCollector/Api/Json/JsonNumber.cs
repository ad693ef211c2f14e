using System.Text.Json;

namespace MetricsCollector.Api.Json;

/// <summary>Writes readings.</summary>
internal static class JsonNumber
{
    /// <summary>Writes a number, or null where there is none or JSON cannot say it (NaN and the infinities).</summary>
    public static void Write(Utf8JsonWriter writer, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
