using MetricsCollector.Api.Conditions;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Json;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Reads;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Api.Status;
using MetricsCollector.Catalog;
using MetricsCollector.Collection;
using MetricsCollector.Collection.CollectNow;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Configuration;
using MetricsCollector.Exposition;
using MetricsCollector.Query.Resets;
using MetricsCollector.Security;
using MetricsCollector.Security.Connections;
using MetricsCollector.Snapshots;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace MetricsCollector.Api;

/// <summary>Registers the API and what stands around its endpoints.</summary>
internal static class ApiServices
{
    private const string Document = "v1";

    /// <summary>Adds what the endpoints need: wire formats, known names, errors as problem+json, the OpenAPI document.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        services.AddProblemDetails();
        services.AddRequestLimits();
        services.AddResponseCompression(compression =>
        {
            // No answer holds a secret next to what a stranger chose, so there is nothing to guess from sizes.
            compression.EnableForHttps = true;
            compression.MimeTypes =
            [
                .. ResponseCompressionDefaults.MimeTypes, .. RowFormats.All.Select(format => format.MediaTypes[0]),
                "application/openmetrics-text", "application/problem+json",
            ];
        });
        services.AddExceptionHandler<StoreUnavailableHandler>();
        services.AddSingleton(provider => KnownNamesOf(
            provider.GetRequiredService<TargetCollectors>(),
            provider.GetRequiredService<CatalogSource>(),
            provider.GetRequiredService<CollectionSettings>()));
        services.AddSingleton<RenderedSnapshots>();
        services.AddSingleton<CollectorStatus>();
        services.AddSingleton<ServerHistory>();
        services.AddSingleton<CollectionBroadcaster>();
        services.AddSingleton<ICollectionObserver>(static provider => provider.GetRequiredService<CollectionBroadcaster>());
        services.AddSingleton<CollectJobs>();
        services.AddSingleton<ReadEstimate>();
        services.AddSingleton<ReadTurns>();
        services.AddSingleton<DatabaseConditions>();
        services.AddSingleton<FailingMetrics>();
        services.AddSingleton<CollectRateLimit>();
        services.AddOptions<CollectOptions>().BindSettings(configuration, CollectOptions.Section)
            .Validate(options => options.PerMinute is >= 1 and <= 6000, "Collection:Manual:PerMinute is out of range; write 1 to 6000.")
            .ValidateOnStart();
        services.AddSettingsCheck<CollectOptions>();
        services.AddOptions<PrometheusOptions>().BindSettings(configuration, PrometheusOptions.Section);
        services.AddSingleton(provider => ExporterNames.BuiltIn(provider.GetRequiredService<IOptions<PrometheusOptions>>().Value.OldNames));
        services.AddSingleton(provider => new CatalogCheck(new NameCollisions(provider.GetRequiredService<ExporterNames>()).Problems));
        services.AddSingleton<NameClashes>();
        services.AddSingleton<PrometheusExposition>();
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "MetricsCollector",
                Version = CollectorStatus.Version,
                Description =
                    "Statistics of PostgreSQL servers: the newest snapshots, ranges of time, computed rates, and \"collect now\".",
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            });
            swagger.SupportNonNullableReferenceTypes();
            swagger.IncludeXmlComments(typeof(ApiServices).Assembly);
            swagger.AddWireSchemas();
        });
        return services;
    }

    /// <summary>Adds what stands before the endpoints: errors as problem+json, who may ask, Swagger UI, the way to it from
    /// <c>/</c>.</summary>
    public static void UseApi(this WebApplication app)
    {
        // Made now, since it remembers when the program started.
        app.Services.GetRequiredService<CollectorStatus>();
        app.UseConnectionPlaces();
        app.UseHeaderLimits();
        app.UseResponseCompression();
        app.UseProblems();
        app.UseHeadRequests();
        app.UseRequestsAtStop();
        app.UseSecurity();
        app.UseReadTurns();
        app.UseSwagger(swagger => swagger.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(ui =>
        {
            ui.SwaggerEndpoint($"/swagger/{Document}/swagger.json", "MetricsCollector");
            ui.DocumentTitle = "MetricsCollector";
            ui.DisplayRequestDuration();
            ui.EnableTryItOutByDefault();

            // Schemas stay folded until somebody opens them.
            ui.DefaultModelsExpandDepth(0);

            // Colouring a megabyte of an answer stops the browser for minutes.
            ui.ConfigObject.AdditionalItems["syntaxHighlight"] = new Dictionary<string, object> { ["activated"] = false };
        });
        app.MapGet("/", () => TypedResults.Redirect("/swagger")).ExcludeFromDescription();
    }

    private static CatalogIndex KnownNamesOf(TargetCollectors collectors, CatalogSource catalog, CollectionSettings settings)
    {
        var made =
            (Catalog: (MetricCatalog?)null, Targets: (object?)null, Settings: (SettingsState?)null, CatalogNames: (CatalogNames?)null);
        return new CatalogIndex(() =>
        {
            var (current, targets, state) = (catalog.Current, collectors.All, settings.Current);
            if (made.CatalogNames is { } names
                && ReferenceEquals(made.Catalog, current)
                && ReferenceEquals(made.Targets, targets)
                && ReferenceEquals(made.Settings, state)
                && !current.HasUndeclaredColumns)
            {
                return names;
            }

            made = (current, targets, state, NamesOf(targets, current, state.Options));
            return made.CatalogNames!;
        });
    }

    private static CatalogNames NamesOf(IReadOnlyList<TargetCollector> targets, MetricCatalog catalog, CollectionOptions options) => new(
        [.. targets.Select(collector => collector.Target.Name)],
        catalog.Metrics.ToDictionary(
            metric => metric.Name,
            metric => new MetricFacts(
                metric.Name,
                metric.Fields,
                [.. metric.Labels.Select(label => label.Name)],
                new Duration(CollectionPlan.DefaultInterval(metric, options)))
            {
                Resets = ResetRules.Of(
                    metric.Name,
                    metric.Files.SelectMany(file => (file.Source ?? string.Empty).Split(',', StringSplitOptions.TrimEntries)),
                    metric.Fields),
            },
            StringComparer.Ordinal));
}
