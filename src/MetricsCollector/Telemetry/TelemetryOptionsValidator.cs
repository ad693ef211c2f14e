using MetricsCollector.Snapshots;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Telemetry;

/// <summary>Checks the section <c>OpenTelemetry</c>, every setting at once.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var errors = new List<string>();
        if (options.Endpoint.Length > 0
            && !(Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            errors.Add("OpenTelemetry:Endpoint is not an address; write one such as http://localhost:4318.");
        }

        if (options.Protocol is not ("http/protobuf" or "grpc"))
        {
            errors.Add($"OpenTelemetry:Protocol is '{options.Protocol}'; write http/protobuf or grpc.");
        }

        if (options.Headers.Length > 0 && !options.Headers.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            // Not shown: a header may carry a secret.
            errors.Add("OpenTelemetry:Headers cannot be read; write name=value,name=value.");
        }

        if (options.Interval.Value < TimeSpan.FromSeconds(1) || options.Interval.Value > TimeSpan.FromHours(1))
        {
            errors.Add(
                $"OpenTelemetry:Interval is {options.Interval}; write {Duration.FromSeconds(1)} to {new Duration(TimeSpan.FromHours(1))}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
