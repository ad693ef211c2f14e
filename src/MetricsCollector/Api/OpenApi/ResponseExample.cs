using System.Text.Json.Nodes;

namespace MetricsCollector.Api.OpenApi;

/// <summary>An answer as Swagger shows it, as metadata of the endpoint.</summary>
/// <param name="Status">The status it comes with.</param>
/// <param name="Text">The answer; JSON unless a media type is given.</param>
internal sealed record ResponseExample(int Status, string Text)
{
    /// <summary>The media type that it is an example of; null for those of JSON.</summary>
    public string? MediaType { get; init; }

    /// <summary>A fresh copy of the answer in a media type; null when it says nothing of it.</summary>
    public JsonNode? For(string mediaType) =>
        MediaType is not null ? MediaType == mediaType ? JsonValue.Create(Text) : null
        : mediaType.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(Text)
        : null;
}
