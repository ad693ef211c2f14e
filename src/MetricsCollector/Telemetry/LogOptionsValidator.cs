using Microsoft.Extensions.Options;

namespace MetricsCollector.Telemetry;

/// <summary>Checks the section <c>Log</c>, every setting at once.</summary>
internal sealed class LogOptionsValidator : IValidateOptions<LogOptions>
{
    /// <summary>Everything that is wrong, one sentence each with what to write.</summary>
    public static IEnumerable<string> Problems(LogOptions options)
    {
        if (options.Format is not ("text" or "json"))
        {
            yield return $"Log:Format is '{options.Format}'; write text or json.";
        }

        if (options.MaxBytes is < 65_536 or > 1 << 30)
        {
            yield return $"Log:MaxBytes is {options.MaxBytes}; write 65536 (64 KiB) to 1073741824 (1 GiB).";
        }

        if (options.MaxFiles is < 1 or > 1000)
        {
            yield return $"Log:MaxFiles is {options.MaxFiles}; write 1 to 1000.";
        }
    }

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, LogOptions options) =>
        Problems(options).ToList() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
}
