namespace MetricsCollector.Tests.Api.Http;

/// <summary>A parameter of an operation of the OpenAPI document.</summary>
/// <param name="Method">The operation's method.</param>
/// <param name="Path">Its path.</param>
/// <param name="Name">Name of the parameter.</param>
/// <param name="In">Where it stands: query, path or header.</param>
/// <param name="Needed">What the operation cannot do without, with its examples.</param>
internal sealed record DocumentedParameter(
    string Method, string Path, string Name, string In, IReadOnlyList<(string Name, string In, string Example)> Needed)
{
    /// <summary>A request that is right but for this parameter.</summary>
    public HttpRequestMessage With(params string[] texts)
    {
        var path = Path;
        var query = new List<string>();
        foreach (var (name, place, example) in Needed.Where(one => one.Name != Name))
        {
            Put(name, place, example);
        }

        foreach (var text in In == "header" ? [] : texts)
        {
            Put(Name, In, text);
        }

        var request = new HttpRequestMessage(
            new HttpMethod(Method), new Uri(path + (query.Count == 0 ? string.Empty : "?" + string.Join('&', query)), UriKind.Relative));
        if (In == "header")
        {
            request.Headers.TryAddWithoutValidation(Name, texts.Select(text => string.Concat(text.Where(c => c is >= ' ' and < '\u007f'))));
        }

        return request;

        void Put(string name, string place, string text)
        {
            if (place == "path")
            {
                path = path.Replace($"{{{name}}}", Escaped(text), StringComparison.Ordinal);
            }
            else if (place == "query")
            {
                query.Add($"{name}={Escaped(text)}");
            }
        }
    }

    public override string ToString() => $"{Method} {Path} {Name}";

    // Half a character cannot be escaped; its bytes can.
    private static string Escaped(string text) => text == "\ud800" ? "%ED%A0%80" : Uri.EscapeDataString(text);
}
