using MetricsCollector.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MetricsCollector.Targets;

/// <summary>Registers the targets.</summary>
public static class TargetServices
{
    /// <summary>Adds what reads the targets; wrong settings stop the start with every error at once.</summary>
    public static IServiceCollection AddTargets(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<SettingsFiles>();
        services.TryAddSingleton(new SecretRegistry(configuration));
        services.AddSingleton(new TargetSettingsReader(configuration));
        return services;
    }
}
