using MetricsCollector.Storage.SavedTargets;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage.Leases;

/// <summary>Adds what collectors of one store share.</summary>
internal static class LeaseServices
{
    /// <summary>Adds the leases of targets, and the targets that were named over the API, to the store that is added.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">What this collector is called.</param>
    public static IServiceCollection AddLeases(this IServiceCollection services, Func<IServiceProvider, string> name)
    {
        services.AddSingleton(provider => new LeaseName(name(provider)));
        services.AddSingleton<PostgresTargetLeases>();
        services.AddSingleton<FileTargetLeases>();
        services.AddSingleton<PostgresSavedTargets>();
        services.AddSingleton<SqliteSavedTargets>();
        services.AddSingleton<StoredLatest>();
        services.AddSingleton<ITargetLeases>(provider => IsFile(provider) ? provider.GetRequiredService<FileTargetLeases>() : provider.GetRequiredService<PostgresTargetLeases>());
        services.AddSingleton<ISavedTargets>(provider => IsFile(provider) ? provider.GetRequiredService<SqliteSavedTargets>() : provider.GetRequiredService<PostgresSavedTargets>());
        return services;
    }

    private static bool IsFile(IServiceProvider provider) => provider.GetRequiredService<IOptions<StoreConnectionOptions>>().Value.IsFile;
}
