using Microsoft.Extensions.Options;

namespace MetricsCollector.Catalog;

/// <summary>Registers the catalog.</summary>
public static class CatalogServices
{
    /// <summary>Adds the catalog; a bad metric file stops the start with file, line and remedy.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CatalogOptions>().Bind(configuration.GetSection(CatalogOptions.Section));
        services.AddSingleton(provider => MetricCatalog.Load(provider.GetRequiredService<IOptions<CatalogOptions>>().Value.Directories));
        return services;
    }
}
