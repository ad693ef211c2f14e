using System.Text.Json;

namespace MetricsCollector.Tests.Api.Http;

/// <summary>The examples of the OpenAPI document have what its schemas require, and nothing that they do not know.</summary>
[Collection(nameof(CollectorApp))]
[Trait("PostgreSQL", "any")]
public sealed class DocumentedExampleTests(CollectorApp app)
{
    [Fact]
    public async Task Every_example_of_an_answer_is_as_its_schema_says()
    {
        var document = await app.GetAsync("/swagger/v1/swagger.json");
        var problems = new List<string>();
        var examples = 0;
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var answer in path.Value.EnumerateObject().Where(operation => operation.Value.ValueKind == JsonValueKind.Object)
                .SelectMany(operation => operation.Value.GetProperty("responses").EnumerateObject()))
            {
                if (answer.Value.TryGetProperty("content", out var content)
                    && content.TryGetProperty("application/json", out var json)
                    && json.TryGetProperty("example", out var example))
                {
                    examples++;
                    Compare(document, json.GetProperty("schema"), example, $"{path.Name} {answer.Name}", problems);
                }
            }
        }

        Assert.Empty(problems);
        Assert.True(examples > 10, $"{examples} examples");
    }

    private static void Compare(JsonElement document, JsonElement schema, JsonElement value, string place, List<string> problems)
    {
        // What may be null is one of null and something else.
        foreach (var several in (string[])["oneOf", "allOf"])
        {
            if (schema.TryGetProperty(several, out var choices))
            {
                schema = choices.EnumerateArray().FirstOrDefault(choice => choice.TryGetProperty("$ref", out _), schema);
            }
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var (i, item) in value.EnumerateArray().Index())
            {
                Compare(document, items, item, $"{place}[{i}]", problems);
            }
        }

        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties))
        {
            return;
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];
        problems.AddRange(required.Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{place} lacks {name}"));
        foreach (var property in value.EnumerateObject())
        {
            if (properties.TryGetProperty(property.Name, out var known))
            {
                Compare(document, known, property.Value, $"{place}.{property.Name}", problems);
            }
            else
            {
                problems.Add($"{place} has {property.Name}");
            }
        }
    }
}
