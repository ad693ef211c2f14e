using Microsoft.Extensions.Options;

namespace MetricsCollector.Collection;

/// <summary>Registers the collection.</summary>
public static class CollectionServices
{
    /// <summary>Adds the collectors of all targets and the service that runs their schedules.</summary>
    public static IServiceCollection AddCollection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CollectionOptions>().Bind(configuration.GetSection(CollectionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CollectionOptions>, CollectionOptionsValidator>();
        services.AddOptions<HostOptions>().Configure<IOptions<CollectionOptions>>(static (host, collection) => host.ShutdownTimeout = collection.Value.StopTimeout.Value);
        services.AddSingleton<TargetCollectors>();
        services.AddHostedService<MetricRetentionCheck>();
        services.AddHostedService<CollectorService>();
        return services;
    }
}
