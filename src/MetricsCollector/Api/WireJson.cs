using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsCollector.Api;

/// <summary>How answers are written: words in camelCase, times in UTC, points and labels in their short forms.</summary>
internal static class WireJson
{
    /// <summary>Adds the house's forms to the options of the host.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new PointConverter());
        options.Converters.Add(new LabelSetConverter());
        options.Converters.Add(new FieldValuesConverter());
    }
}
