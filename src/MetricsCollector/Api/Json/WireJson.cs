using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Json;

/// <summary>How answers are written: words in camelCase, times in UTC, points and labels in their short forms.</summary>
internal static class WireJson
{
    // No answer is put into a page of HTML: only what JSON itself demands is escaped, and statements stay readable.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { Encoder = Encoder };

    /// <summary>How JSON is written that does not come from the options of the host.</summary>
    public static JsonWriterOptions Writing { get; } = new() { Encoder = Encoder };

    /// <summary>A value of plain types as JSON, for a place inside another answer.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Plain);

    /// <summary>Labels as a JSON object, for a place inside another answer.</summary>
    public static string Text(LabelSet labels) => Text(new Dictionary<string, string>(labels.Items, StringComparer.Ordinal));

    /// <summary>Adds the house's forms to the options of the host.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.Encoder = Encoder;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new PointConverter());
        options.Converters.Add(new LabelSetConverter());
        options.Converters.Add(new FieldValuesConverter());
    }
}
