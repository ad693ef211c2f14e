using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MetricsCollector.Api;

/// <summary>What the OpenAPI document says as a whole: where the API is, who may call it, and what each group of operations is for.</summary>
internal sealed class ApiDocument : IDocumentFilter
{
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Targets"] = "The watched servers.",
        ["Metrics"] = "The catalog: what is asked of them.",
        ["Series"] = "Which series were read so far.",
        ["Snapshots"] = "What was read, whole: the newest, and stored ranges.",
        ["Query"] = "What is computed from it: rates, deltas, means, percentiles, and what changed between two instants.",
        ["Collections"] = "Collect now, and what was collected when.",
        ["Stream"] = "Snapshots as they come.",
        ["Prometheus"] = "For Prometheus and everything that reads its text formats.",
        ["Status"] = "The collector itself.",
        ["Health"] = "For load balancers and container platforms.",
    };

    /// <inheritdoc />
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Servers = [new OpenApiServer { Url = "/", Description = "This collector." }];

        // One empty requirement says that no key is needed; none at all would say nothing.
        swaggerDoc.Security = [new OpenApiSecurityRequirement()];
        foreach (var tag in swaggerDoc.Tags ?? new HashSet<OpenApiTag>())
        {
            tag.Description = Tags.GetValueOrDefault(tag.Name ?? string.Empty);
        }
    }
}
