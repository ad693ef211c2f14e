using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MetricsCollector.Security.Http;

/// <summary>Says in the OpenAPI document how callers say who they are, so that Swagger UI has its <c>Authorize</c>, and what they get when
/// they do not.</summary>
internal sealed class AccessDocument(Access access) : IDocumentFilter
{
    private const string Key = "apiKey";
    private const string Bearer = "bearer";

    private static readonly (string Status, string Description)[] Refused =
    [
        ("401", "No key was sent, or one that is not valid."),
        ("403", "The key or token lacks the scope that this needs."),
        ("429", "Too many requests of this caller."),
    ];

    /// <inheritdoc />
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        if (!access.NeedsKey)
        {
            return;
        }

        swaggerDoc.AddComponent(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = RequestCredentials.Header,
            Description = "An API key of Security:Keys.",
        });
        swaggerDoc.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key of Security:Keys, or a token of the issuer Security:Jwt:Authority.",
        });
        swaggerDoc.Security = [Requirement(Key, swaggerDoc), Requirement(Bearer, swaggerDoc)];
        var open = context.ApiDescriptions
            .Where(api => api.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            .Select(api => "/" + api.RelativePath)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (path, item) in swaggerDoc.Paths)
        {
            foreach (var operation in item.Operations ?? [])
            {
                Describe(operation.Value, open.Contains(path));
            }
        }
    }

    private static void Describe(OpenApiOperation operation, bool open)
    {
        if (open)
        {
            // One empty requirement: no key is needed here.
            operation.Security = [new OpenApiSecurityRequirement()];
            return;
        }

        operation.Responses ??= [];
        foreach (var (status, description) in Refused)
        {
            operation.Responses.TryAdd(status, new OpenApiResponse { Description = description });
        }
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
