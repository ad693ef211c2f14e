using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MetricsCollector.Api.OpenApi;

/// <summary>What the OpenAPI document says as a whole: where the API is, who may call it, and what each group of operations is
/// for.</summary>
internal sealed class ApiDocument : IDocumentFilter
{
    // In the order in which people need them.
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Targets", "The watched servers."),
        ("Snapshots", "What was read, whole: the newest, and stored ranges."),
        ("Query", "What is computed from it: rates, deltas, means, percentiles, and what changed between two instants."),
        ("Sessions", "The sessions of a server, and who waits for whom: now, and at a time."),
        ("Metrics", "The catalog: what is asked of them."),
        ("Series", "Which series were read so far."),
        ("Stream", "Snapshots as they come."),
        ("Collections", "Collect now, and what was collected when."),
        ("Prometheus", "For Prometheus and everything that reads its text formats."),
        ("Status", "The collector itself."),
        ("Health", "For load balancers and container platforms."),
    ];

    /// <inheritdoc />
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Servers = [new OpenApiServer { Url = "/", Description = "This collector." }];

        // One empty requirement says that no key is needed; none at all would say nothing.
        swaggerDoc.Security = [new OpenApiSecurityRequirement()];
        var used = (swaggerDoc.Tags ?? new HashSet<OpenApiTag>()).Select(tag => tag.Name ?? string.Empty).ToHashSet(StringComparer.Ordinal);
        var known = Tags.Where(tag => used.Remove(tag.Name))
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description });
        var others = used.Order(StringComparer.Ordinal).Select(name => new OpenApiTag { Name = name });
        swaggerDoc.Tags = new HashSet<OpenApiTag>([.. known, .. others]);
    }
}
