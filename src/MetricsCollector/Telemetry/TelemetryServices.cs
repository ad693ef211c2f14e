using MetricsCollector.Collection;
using MetricsCollector.Configuration;
using MetricsCollector.Exposition;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MetricsCollector.Telemetry;

/// <summary>Registers what the collector tells of itself.</summary>
internal static class TelemetryServices
{
    // The web server's own meters; the driver's say how the connections to the store do.
    private static readonly string[] Meters = [
        CollectorMeters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting"];

    // Room for them is set aside at the start, for the usual 2,000 of each meter 7 MB. The most are requests by route and status.
    private const int MostSeries = 400;

    private static readonly string[] Traces = [CollectorMeters.Name, "Microsoft.AspNetCore", "Npgsql"];

    /// <summary>Adds meters and traces, and where they go when the settings or the standard environment variables say so.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TelemetryOptions>().BindSettings(configuration, TelemetryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddSettingsCheck<TelemetryOptions>();
        services.AddSingleton<CollectorMeters>();
        services.AddSingleton<ICollectionObserver>(static provider => provider.GetRequiredService<CollectorMeters>());
        services.AddSingleton<CollectorGauges>();
        services.AddSingleton<ScrapeReader>();
        services.AddSingleton<OwnExposition>();
        services.AddHostedService<TelemetryStart>();

        var telemetry = services.AddOpenTelemetry().ConfigureResource(static resource => resource.AddService(
            "metrics-collector", serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3)));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            metrics.AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MostSeries });
            metrics.AddReader(static provider => provider.GetRequiredService<ScrapeReader>().Reader);
            if (IsSent(configuration, "METRICS"))
            {
                metrics.AddOtlpExporter(OtlpSetup.Metrics, (Action<OtlpExporterOptions>?)null);
            }
        });
        if (IsSent(configuration, "TRACES"))
        {
            telemetry.WithTracing(static traces => traces.AddSource(Traces).AddOtlpExporter(OtlpSetup.Traces, null));
        }

        services.AddSingleton<IConfigureOptions<OtlpExporterOptions>, OtlpSetup>();
        services.AddSingleton<IConfigureOptions<MetricReaderOptions>, OtlpSetup>();
        return services;
    }

    private static bool IsSent(IConfiguration configuration, string signal) =>
        configuration["OpenTelemetry:Endpoint"] is { Length: > 0 }
        || configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 }
        || configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 };
}
