using System.Collections;

namespace MetricsCollector.Targets;

/// <summary>Registers the targets.</summary>
public static class TargetServices
{
    /// <summary>Adds the list of targets; wrong settings stop the start with every error at once.</summary>
    public static IServiceCollection AddTargets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IReadOnlyList<Target>>(_ => TargetSettings.Read(
            configuration.GetSection(TargetOptions.Section).Get<List<TargetOptions>>() ?? [],
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal)));
        return services;
    }
}
