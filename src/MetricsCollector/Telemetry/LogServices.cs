using System.Globalization;
using MetricsCollector.Collection;
using MetricsCollector.Configuration;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Core;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace MetricsCollector.Telemetry;

/// <summary>Registers the log: the console, and a file whose size is bounded.</summary>
internal static class LogServices
{
    /// <summary>Adds the log in place of the host's own.</summary>
    /// <param name="builder">The host's.</param>
    /// <param name="secrets">What no line may hold.</param>
    /// <param name="quiet">Whether nothing is logged.</param>
    public static void AddCollectorLog(this WebApplicationBuilder builder, SecretRegistry secrets, bool quiet)
    {
        builder.Services.AddOptions<LogOptions>().BindSettings(builder.Configuration, LogOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<LogOptions>, LogOptionsValidator>();
        builder.Services.AddSettingsCheck<LogOptions>();
        builder.Logging.ClearProviders();

        var options = SettingsBinding.Read<LogOptions>(builder.Configuration, LogOptions.Section);
        if (quiet || LogOptionsValidator.Problems(options).Any())
        {
            // Where they are wrong the start ends, with everything that is wrong.
            return;
        }

        // As a provider among others, so that Logging:LogLevel decides what is said.
        builder.Logging.AddProvider(new SerilogLoggerProvider(Create(options, secrets), dispose: true));

        // Why it did not start is said once, in words, by StartupErrors; what ends it while it runs is critical.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    private static Logger Create(LogOptions options, SecretRegistry secrets)
    {
        ITextFormatter console = options.Format == "json" ? new PlainJsonFormatter() : new LineFormatter(CultureInfo.InvariantCulture);
        var settings = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(new RedactingFormatter(console, secrets));
        var refused = options.Path.Length == 0 ? null : LogFile.Refusal(options.Path);
        if (options.Path.Length > 0 && refused is null)
        {
            settings.WriteTo.File(
                new RedactingFormatter(new PlainJsonFormatter(), secrets),
                options.Path,
                fileSizeLimitBytes: options.MaxBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: options.MaxFiles,
                hooks: new LogFileHooks());
        }

        var logger = settings.CreateLogger();
        if (refused is not null)
        {
            logger.ForContext(Constants.SourceContextPropertyName, typeof(LogServices).Namespace)
                .Warning(
                    "The log file {Path} cannot be written, so the log is on the console only: {Reason} Set Log__Path to another file, or "
                        + "to nothing for none.",
                    options.Path, refused);
        }

        return logger;
    }
}
