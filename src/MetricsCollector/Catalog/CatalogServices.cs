using MetricsCollector.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MetricsCollector.Catalog;

/// <summary>Registers the catalog.</summary>
public static class CatalogServices
{
    /// <summary>Adds the catalog, and the service that reads changed files again; a bad metric file stops the start with file, line and
    /// remedy.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<CatalogOptions>().BindSettings(configuration, CatalogOptions.Section);
        services.AddSingleton<CatalogSource>();
        services.AddTransient(provider => provider.GetRequiredService<CatalogSource>().Current);
        services.AddHostedService<CatalogWatcher>();
        return services;
    }
}
