using MetricsCollector.Configuration;
using MetricsCollector.Targets;
using MetricsCollector.Telemetry;
using Microsoft.Extensions.Configuration.Json;

namespace MetricsCollector.Commands;

/// <summary>The host with what every command shares: where settings come from, where it listens, how it logs.</summary>
internal static class CollectorHost
{
    /// <summary>Where it listens when no setting says so.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>Makes the builder. Later places win: the file beside the program, the one of the working directory, the named one, user secrets,
    /// environment, files of secrets, command line.</summary>
    public static WebApplicationBuilder CreateBuilder(HostSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings.Arguments,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(CollectorHost).Assembly.GetName().Name,
        });
        AddWorkingDirectory(builder.Configuration);
        AddNamedFile(builder.Configuration);
        SecretSources.Add(builder.Configuration);
        var files = new SettingsFiles();
        KeptJsonSource.Replace(builder.Configuration, files);
        builder.Services.AddSingleton(files);

        // One for the host, made before anything is read that may be wrong.
        var secrets = new SecretRegistry(builder.Configuration);
        SecretRegistry.Current = secrets;
        builder.Services.AddSingleton(secrets);
        builder.Configuration.AddInMemoryCollection(settings.Overrides);
        CollectorSettings.Schema.ThrowIfWrong(builder.Configuration);
        builder.Services.AddSingleton(CollectorSettings.Schema);
        if (!SaysWhereToListen(builder.Configuration))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        if (settings.Quiet)
        {
            builder.Logging.ClearProviders();
        }
        else
        {
            builder.AddCollectorLog(secrets);
        }

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddProblemDetails();
        settings.Services(builder.Services);
        return builder;
    }

    private static void AddWorkingDirectory(ConfigurationManager configuration)
    {
        var path = Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json");
        if (File.Exists(path) && !string.Equals(Path.GetFullPath(path), Path.Combine(AppContext.BaseDirectory, "appsettings.json"), StringComparison.Ordinal))
        {
            var beside = configuration.Sources.OfType<JsonConfigurationSource>().LastOrDefault();
            var source = new JsonConfigurationSource { Path = path, ReloadOnChange = true };
            source.ResolveFileProvider();
            configuration.Sources.Insert(beside is null ? 0 : configuration.Sources.IndexOf(beside) + 1, source);
        }
    }

    // Below environment and command line, above the files that are found without being named.
    private static void AddNamedFile(ConfigurationManager configuration)
    {
        if (configuration["Settings:File"] is { Length: > 0 } file)
        {
            var source = new JsonConfigurationSource { Path = Path.GetFullPath(file), ReloadOnChange = true };
            source.ResolveFileProvider();
            configuration.Sources.Insert(configuration.Sources.IndexOf(configuration.Sources.OfType<JsonConfigurationSource>().Last()) + 1, source);
        }
    }

    private static bool SaysWhereToListen(ConfigurationManager configuration) =>
        configuration["urls"] is { Length: > 0 }
        || configuration["http_ports"] is { Length: > 0 }
        || configuration["https_ports"] is { Length: > 0 }
        || configuration.GetSection("Kestrel:Endpoints").Exists();
}
