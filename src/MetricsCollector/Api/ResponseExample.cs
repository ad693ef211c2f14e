using System.Text.Json.Nodes;

namespace MetricsCollector.Api;

/// <summary>An answer as Swagger shows it, as metadata of the endpoint.</summary>
/// <param name="Status">The status it comes with.</param>
/// <param name="Json">The answer; JSON.</param>
internal sealed record ResponseExample(int Status, string Json)
{
    /// <summary>A fresh copy of the answer.</summary>
    public JsonNode? ToNode() => JsonNode.Parse(Json);
}
