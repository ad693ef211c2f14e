using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace MetricsCollector.Telemetry;

/// <summary>Sends where the section <c>OpenTelemetry</c> says; where it says nothing, the standard variables hold.</summary>
internal sealed class OtlpSetup(
    IOptions<TelemetryOptions> options,
    IConfiguration configuration) : IConfigureNamedOptions<OtlpExporterOptions>, IConfigureNamedOptions<MetricReaderOptions>
{
    /// <summary>Name of the options for meters, and the last part of their path over HTTP.</summary>
    public const string Metrics = "metrics";

    /// <summary>Name of the options for traces, and the last part of their path over HTTP.</summary>
    public const string Traces = "traces";

    private TelemetryOptions Settings => options.Value;

    /// <inheritdoc />
    public void Configure(OtlpExporterOptions options) => Configure(Options.DefaultName, options);

    /// <inheritdoc />
    public void Configure(MetricReaderOptions options) => Configure(Options.DefaultName, options);

    /// <inheritdoc />
    public void Configure(string? name, OtlpExporterOptions exporter)
    {
        if (Settings.Endpoint.Length == 0)
        {
            return;
        }

        var grpc = Settings.Protocol == "grpc";
        exporter.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(grpc ? Settings.Endpoint : $"{Settings.Endpoint.TrimEnd('/')}/v1/{name}");
        if (Settings.Headers.Length > 0)
        {
            exporter.Headers = Settings.Headers;
        }
    }

    /// <inheritdoc />
    public void Configure(string? name, MetricReaderOptions reader)
    {
        if (configuration["OTEL_METRIC_EXPORT_INTERVAL"] is not { Length: > 0 })
        {
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)Settings.Interval.Value.TotalMilliseconds;
        }
    }
}
