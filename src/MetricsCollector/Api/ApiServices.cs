using MetricsCollector.Api.Prometheus;
using MetricsCollector.Catalog;
using MetricsCollector.Collection;
using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace MetricsCollector.Api;

/// <summary>Registers the API and what stands around its endpoints.</summary>
internal static class ApiServices
{
    private const string Document = "v1";

    /// <summary>Adds what the endpoints need: wire formats, known names, errors as problem+json, the OpenAPI document.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        services.AddProblemDetails();
        services.AddExceptionHandler<StoreUnavailableHandler>();
        services.AddSingleton(provider => KnownNamesOf(
            provider.GetRequiredService<TargetCollectors>(),
            provider.GetRequiredService<MetricCatalog>(),
            provider.GetRequiredService<IOptions<CollectionOptions>>().Value));
        services.AddSingleton<CollectorStatus>();
        services.AddSingleton<ServerHistory>();
        services.AddSingleton<PassFeed>();
        services.AddSingleton(ExporterNames.BuiltIn());
        services.AddSingleton<Exposition>();
        services.AnnounceWrites();
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "MetricsCollector",
                Version = Document,
                Description = "Statistics of PostgreSQL servers: the newest snapshots, ranges of time, computed rates, and \"collect now\".",
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            });
            swagger.SupportNonNullableReferenceTypes();
            swagger.IncludeXmlComments(typeof(ApiServices).Assembly);
            swagger.AddWireSchemas();
        });
        return services;
    }

    /// <summary>Adds what stands before the endpoints: errors as problem+json, Swagger UI, the way to it from <c>/</c>.</summary>
    public static void UseApi(this WebApplication app)
    {
        // Made now, since it remembers when the program started.
        app.Services.GetRequiredService<CollectorStatus>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSwagger(swagger => swagger.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(ui =>
        {
            ui.SwaggerEndpoint($"/swagger/{Document}/swagger.json", "MetricsCollector");
            ui.DocumentTitle = "MetricsCollector";
            ui.DisplayRequestDuration();
            ui.EnableTryItOutByDefault();
        });
        app.MapGet("/", () => TypedResults.Redirect("/swagger")).ExcludeFromDescription();
    }

    private static void AnnounceWrites(this IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(ISnapshotWriter));
        services.Remove(inner);
        services.AddSingleton<ISnapshotWriter>(provider => new AnnouncingWriter(
            (ISnapshotWriter)(inner.ImplementationInstance ?? inner.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)),
            provider.GetRequiredService<PassFeed>()));
    }

    private static KnownNames KnownNamesOf(TargetCollectors collectors, MetricCatalog catalog, CollectionOptions options)
    {
        var metrics = catalog.Metrics.ToDictionary(
            metric => metric.Name,
            metric => new MetricFacts(
                metric.Name,
                metric.Fields,
                [.. metric.Labels.Select(label => label.Name)],
                new Duration(CollectionPlan.DefaultInterval(metric, options))),
            StringComparer.Ordinal);
        var names = new Names([.. collectors.All.Select(collector => collector.Target.Name)], metrics);
        return new KnownNames(() => names);
    }
}
