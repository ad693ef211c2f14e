using MetricsCollector.Collection.Settings;
using MetricsCollector.Storage;

namespace MetricsCollector.Assignment;

/// <summary>Registers what decides which collector watches which target.</summary>
internal static class AssignmentServices
{
    /// <summary>Adds the targets that were named over the API, and the service that reconciles what is collected with what should
    /// be.</summary>
    public static IServiceCollection AddAssignment(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new LeaseName(provider.GetRequiredService<CollectionSettings>().Current.Options.Name));
        services.AddSingleton<TargetSecrets>();
        services.AddSingleton<SavedTargetSet>();
        services.AddSingleton<Fleet>();
        services.AddSingleton<OverdueTargets>();
        services.AddHostedService<FleetService>();
        return services;
    }
}
