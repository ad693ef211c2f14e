using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace MetricsCollector.Tests.Api.Http;

/// <summary>Sends a text as every field of every JSON body that the OpenAPI document has, in every shape a field can have.</summary>
internal static class BodySweep
{
    private const string Target = "swept";

    /// <summary>Texts as JSON writes them.</summary>
    public static TheoryData<string> Texts =>
    [
        "null",
        "\"\"",
        "\"a\\u0000b\"",
        "\"\\u0000\"",
        "\"a\\n\"",
        "\"\\u001b[31m\"",
        "\"\\u0085\"",
        "\"\\ud800\"",
        "\"a\\udc00b\"",
        "\"\\uffff\"",
        "\"" + new string('x', 10_000) + "\"",
        "\"" + new string('*', 10_000) + "\"",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What was answered with a failure; empty when nothing was.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(HttpClient client, string text)
    {
        var document = await client.GetFromJsonAsync<JsonElement>(new Uri("/swagger/v1/swagger.json", UriKind.Relative), Cancellation);
        var faults = new List<string>();
        foreach (var (method, path, field) in Fields(document))
        {
            string?[] values = [text, $"[{text}]", $"{{\"ok\":{text}}}", text[0] == '"' ? $"{{{text}:\"1m\"}}" : null];
            foreach (var value in values.OfType<string>())
            {
                // Turned off, so that nothing is connected to; what is tried is refused at once.
                var rest = path.EndsWith("/collections", StringComparison.Ordinal)
                    ? "\"dryRun\":true"
                    : "\"enabled\":false,\"connectionString\":\"Host=127.0.0.1;Port=1;Username=a;Database=a\"";
                using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
                request.Content = new StringContent($"{{{rest},\"{field}\":{value}}}", Encoding.UTF8, "application/json");
                using var answer = await client.SendAsync(request, Cancellation);
                if ((int)answer.StatusCode >= 500)
                {
                    faults.Add($"{method} {path} {field} {value[..Math.Min(40, value.Length)]}: {(int)answer.StatusCode}");
                }

                if (method == HttpMethod.Put && answer.IsSuccessStatusCode)
                {
                    faults.AddRange(await KeptAsync(client, field));
                }
            }
        }

        return faults;
    }

    private static IEnumerable<(HttpMethod Method, string Path, string Field)> Fields(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Value.TryGetProperty("requestBody", out _)
        let schema = SchemaOf(
            document,
            operation.Value.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"))
        from field in schema.GetProperty("properties").EnumerateObject()
        select (new HttpMethod(operation.Name.ToUpperInvariant()), path.Name.Replace(
            "{target}", Target, StringComparison.Ordinal), field.Name);

    private static JsonElement SchemaOf(JsonElement document, JsonElement schema)
    {
        var reference = schema.TryGetProperty("oneOf", out var either)
            ? either.EnumerateArray().Single(one => one.TryGetProperty("$ref", out _))
            : schema;
        return document.GetProperty("components")
            .GetProperty("schemas")
            .GetProperty(reference.GetProperty("$ref").GetString()!.Split('/')[^1]);
    }

    // What was taken is shown and can be removed.
    private static async Task<IReadOnlyList<string>> KeptAsync(HttpClient client, string field)
    {
        var path = new Uri($"/api/v1/targets/{Target}", UriKind.Relative);
        using var shown = await client.GetAsync(path, Cancellation);
        using var removed = await client.DeleteAsync(path, Cancellation);
        return shown.IsSuccessStatusCode && removed.IsSuccessStatusCode
            ? []
            : [$"{field}: kept, then {(int)shown.StatusCode} and {(int)removed.StatusCode}"];
    }
}
