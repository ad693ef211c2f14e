using MetricsCollector.Snapshots;

namespace MetricsCollector.Telemetry;

/// <summary>Settings of what the collector tells of itself, section <c>OpenTelemetry</c>. The standard variables
/// <c>OTEL_EXPORTER_OTLP_…</c> work as well.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OpenTelemetry";

    /// <summary>
    /// Where meters and traces are sent, such as <c>http://localhost:4318</c>. Where neither this nor <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is
    /// set,
    /// nothing is sent. Default none.
    /// </summary>
    public string Endpoint { get; set; } = string.Empty;

    /// <summary><c>http/protobuf</c> or <c>grpc</c>. Default <c>http/protobuf</c>.</summary>
    public string Protocol { get; set; } = "http/protobuf";

    /// <summary>Headers to send with, as <c>name=value,name=value</c>. Default none.</summary>
    public string Headers { get; set; } = string.Empty;

    /// <summary>How often meters are sent. Default 1 minute, 1 s to 1 hour.</summary>
    public Duration Interval { get; set; } = new(TimeSpan.FromMinutes(1));
}
