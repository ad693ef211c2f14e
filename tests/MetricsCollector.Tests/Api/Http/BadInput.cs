using System.Text.Json;

namespace MetricsCollector.Tests.Api.Http;

/// <summary>Texts that no parameter should stumble over.</summary>
internal static class BadInput
{
    private static readonly Dictionary<string, string> ByName = new(StringComparer.Ordinal)
    {
        ["empty"] = string.Empty,
        ["spaces"] = "   ",
        ["word"] = "nonsense",
        ["object"] = "{\"a\":[1]}",
        ["negative"] = "-1",
        ["fraction"] = "0.000000000000000000001",
        ["beyond int"] = "2147483648",
        ["beyond long"] = "99999999999999999999999999999999",
        ["beyond double"] = "1e999",
        ["beyond time"] = "253402300800",
        ["long ago"] = "-99999999999999d",
        ["endless"] = "99999999999999999999d",
        ["year 0"] = "0000-00-00T00:00:00Z",
        ["not a number"] = "NaN",
        ["control characters"] = "a\u0001\u001b[31m\r\nX-Injected: 1",
        ["half a character"] = "\ud800",
        ["replacement"] = "\ufffd\ufffe\uffff",
        ["right to left"] = "\u202egnp.exe",
        ["sql"] = "'; DROP TABLE series; --",
        ["sql label"] = "datname:' OR pg_sleep(10) IS NULL --",
        ["like"] = "datname:%_\\",
        ["globs"] = "datname:" + string.Concat(Enumerable.Repeat("*a?", 150)),
        ["json path"] = "$.a[*] ? (@ > 1)",
        ["markup"] = "<script>alert(1)</script>",
        ["path"] = "../../../../etc/passwd",
        ["format"] = "{0}%s%n${jndi:ldap://x}",
        ["commas"] = ",,,,",
        ["colons"] = ":::",
        ["long label"] = "datname:" + new string('x', 10_000),
        ["long"] = new string('9', 10_000),
        ["long escaped"] = new string('\u20ac', 10_000),
    };

    /// <summary>Names of all of them.</summary>
    public static TheoryData<string> CatalogNames => [.. ByName.Keys];

    /// <summary>A text.</summary>
    public static string Text(string name) => ByName[name];

    /// <summary>Every parameter of every operation that reads, as the OpenAPI document has them.</summary>
    public static IEnumerable<DocumentedParameter> Parameters(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Value.TryGetProperty("parameters", out _)
        from parameter in operation.Value.GetProperty("parameters").EnumerateArray()
        select new DocumentedParameter(
            operation.Name.ToUpperInvariant(),
            path.Name,
            parameter.GetProperty("name").GetString()!,
            parameter.GetProperty("in").GetString()!,
            [.. operation.Value.GetProperty("parameters")
                .EnumerateArray()
                .Where(IsNeeded)
                .Select(other => (other.GetProperty("name").GetString()!, other.GetProperty("in").GetString()!, Example(other)))]);

    private static bool IsNeeded(JsonElement parameter) => parameter.TryGetProperty("required", out var required) && required.GetBoolean();

    private static string Example(JsonElement parameter)
    {
        // What changes a target has no name filled in, so that nobody changes one with a single click.
        if (!parameter.TryGetProperty("example", out var example))
        {
            return "orders-db";
        }

        return (example.ValueKind == JsonValueKind.Array ? example[0] : example).ToString();
    }
}
