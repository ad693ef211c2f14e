using System.Text.Json.Nodes;

namespace MetricsCollector.Api.OpenApi;

/// <summary>An answer as Swagger shows it, as metadata of the endpoint.</summary>
/// <param name="Status">The status it comes with.</param>
/// <param name="Text">The answer; JSON unless a media type is given.</param>
internal sealed record ResponseExample(int Status, string Text)
{
    private const string Ndjson = "ndjson";

    /// <summary>The media type that it is an example of; null for those of JSON.</summary>
    public string? MediaType { get; init; }

    /// <summary>A fresh copy of the answer in a media type; null when it says nothing of it.</summary>
    public JsonNode? For(string mediaType)
    {
        if (MediaType is not null)
        {
            return MediaType == mediaType ? JsonValue.Create(Text) : null;
        }

        if (!mediaType.Contains("json", StringComparison.Ordinal))
        {
            return null;
        }

        // A line of NDJSON is an item of the JSON answer.
        var json = JsonNode.Parse(Text);
        return mediaType.EndsWith(Ndjson, StringComparison.Ordinal)
            ? JsonValue.Create(((json?["items"] ?? json?["series"])?[0] ?? json)!.ToJsonString() + "\n")
            : json;
    }
}
