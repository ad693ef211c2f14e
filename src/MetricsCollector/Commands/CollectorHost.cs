using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Configuration;
using MetricsCollector.Telemetry;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Commands;

/// <summary>The host with what every command shares: where settings come from, where it listens, how it logs.</summary>
internal static class CollectorHost
{
    /// <summary>Where it listens when no setting says so.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>Makes the builder. Later places win: the file beside the program, the one of the working directory, the named one, user
    /// secrets,
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
        LastKnownGoodJsonSource.Replace(builder.Configuration, files);
        builder.Services.AddSingleton(files);

        // One for the host, made before anything is read that may be wrong.
        var secrets = new SecretRegistry(builder.Configuration);
        SecretRegistry.Current = secrets;
        builder.Services.AddSingleton(secrets);
        builder.Configuration.AddInMemoryCollection(settings.Overrides);
        builder.Services.AddSingleton(CollectorSettings.Schema);
        if (!SaysWhereToListen(builder.Configuration))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.AddCollectorLog(secrets, settings.Quiet);

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddProblemDetails();
        settings.Services(builder.Services);
        return builder;
    }

    /// <summary>Makes the host, once nothing in its settings and its metric files is wrong.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; every error at once, those of the metric files
    /// included.</exception>
    /// <exception cref="MetricFileException">Only metric files are wrong.</exception>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        try
        {
            var app = builder.Build();
            ThrowIfWrong(app.Services);
            return app;
        }
        catch (OptionsValidationException exception) when (exception.OptionsType != typeof(SettingsSchema))
        {
            // The host and its web server read their own options while they are made, and know only what is wrong with those.
            using var services = (ServiceProvider)new DefaultServiceProviderFactory().CreateServiceProvider(builder.Services);
            ThrowIfWrong(services);
            throw;
        }
    }

    private static void ThrowIfWrong(IServiceProvider services)
    {
        var (catalog, files) = ReadCatalog(services);
        var settings = services.GetRequiredService<SettingsReader>().Read(catalog).Problems;
        if (settings.Count > 0)
        {
            throw new OptionsValidationException("Settings", typeof(SettingsSchema), [.. settings, .. files?.Errors ?? []]);
        }

        if (files is not null)
        {
            throw files;
        }
    }

    private static (MetricCatalog? Catalog, MetricFileException? Problem) ReadCatalog(IServiceProvider services)
    {
        try
        {
            return (services.GetRequiredService<CatalogSource>().Current, null);
        }
        catch (MetricFileException exception)
        {
            return (null, exception);
        }
    }

    private static void AddWorkingDirectory(ConfigurationManager configuration)
    {
        var path = Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json");
        if (File.Exists(path)
            && !string.Equals(Path.GetFullPath(path), Path.Combine(AppContext.BaseDirectory, "appsettings.json"), StringComparison.Ordinal))
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
            configuration.Sources.Insert(
                configuration.Sources.IndexOf(configuration.Sources.OfType<JsonConfigurationSource>().Last()) + 1, source);
        }
    }

    private static bool SaysWhereToListen(ConfigurationManager configuration) =>
        configuration["urls"] is { Length: > 0 }
        || configuration["http_ports"] is { Length: > 0 }
        || configuration["https_ports"] is { Length: > 0 }
        || configuration.GetSection("Kestrel:Endpoints").Exists();
}
