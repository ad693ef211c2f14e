namespace MetricsCollector.Api.Http;

/// <summary>The parameters of an endpoint, as metadata of the endpoint.</summary>
/// <param name="Items">The parameters, in the order in which Swagger shows them.</param>
internal sealed record DeclaredParameters(IReadOnlyList<DeclaredParameter> Items);
