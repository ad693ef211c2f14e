using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Collection.Timing;
using MetricsCollector.Configuration;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Collection;

/// <summary>Registers the collection.</summary>
public static class CollectionServices
{
    // The rest is for moving to the spool what the store did not take, and for closing connections.
    private const double ShareOfServices = 0.8;

    /// <summary>Adds the collectors of all targets; wrong settings stop the start.</summary>
    public static IServiceCollection AddCollection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CollectionOptions>().BindSettings(configuration, CollectionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CollectionOptions>, CollectionOptionsValidator>();

        services.AddOptions<HostOptions>()
            .Configure<IOptions<CollectionOptions>>(static (host, collection) =>
                host.ShutdownTimeout = collection.Value.StopTimeout.Value * ShareOfServices);
        services.AddSettingsCheck<StorageOptions>();
        services.AddSettingsCheck<StoreConnectionOptions>();
        services.AddSingleton<SettingsReader>();
        services.AddSingleton<CollectionSettings>();
        services.AddSingleton<CollectorClocks>();
        services.AddSingleton<ScheduleLateness>();
        services.AddSingleton(provider => new TargetCollectors(
            provider.GetRequiredService<CollectionSettings>(),
            provider.GetRequiredService<CatalogSource>(),
            provider.GetRequiredService<ISnapshotWriter>(),
            provider.GetRequiredService<CollectorClocks>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TargetCollector>>()));
        services.AddHostedService<MetricRetentionCheck>();
        return services;
    }

    /// <summary>A change of the settings is refused as a whole when these options are wrong in it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="use">Gives what puts the options to use, or throws an <see cref="OptionsValidationException"/>; without it they take
    /// effect at the next start.</param>
    public static IServiceCollection AddSettingsCheck<T>(this IServiceCollection services, Func<IServiceProvider, T, Action>? use = null)
        where T : class =>
        services.AddSingleton(provider => new SettingsCheck(() =>
        {
            var options = provider.GetRequiredService<IOptionsFactory<T>>().Create(Options.DefaultName);
            return use?.Invoke(provider, options) ?? (static () => { });
        }));
}
