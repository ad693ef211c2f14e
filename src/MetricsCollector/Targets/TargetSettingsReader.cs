using System.Collections;
using MetricsCollector.Configuration;
using MetricsCollector.Postgres;

namespace MetricsCollector.Targets;

/// <summary>Reads the targets that the settings name at this moment.</summary>
/// <param name="configuration">The settings.</param>
public sealed class TargetSettingsReader(IConfiguration configuration)
{
    /// <summary>The settings; their token says when they change.</summary>
    public IConfiguration Configuration { get; } = configuration;

    /// <summary>
    /// What targets that are named over the API may draw on: what came with them, and files only where the settings allow it.
    /// </summary>
    public ConnectionSource ApiSource =>
        ConnectionSource.Api with { Files = bool.TryParse(Configuration["Security:AllowTargetFiles"], out var allowed) && allowed };

    /// <summary>Reads them.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A target is wrong; every error with what to write
    /// instead.</exception>
    public NamedTargets Read()
    {
        var options = SettingsBinding.Read<List<TargetOptions>>(Configuration, TargetOptions.Section);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);
        var watched = TargetSettings.Read(options, environment);
        return new NamedTargets(
            watched, [.. options.Select(target => target.Name).Union(watched.Select(target => target.Name), StringComparer.Ordinal)]);
    }
}
