namespace MetricsCollector.Api.OpenApi;

/// <summary>A body as Swagger UI sends it unless somebody edits it, as metadata of the endpoint.</summary>
/// <param name="Json">The body.</param>
internal sealed record RequestExample(string Json);
