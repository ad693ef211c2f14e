using System.Globalization;
using MetricsCollector.Configuration;
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
    /// <exception cref="InvalidDataException">A setting is wrong; the message says what to write.</exception>
    public static void AddCollectorLog(this WebApplicationBuilder builder, SecretRegistry secrets)
    {
        var options = builder.Configuration.GetSection(LogOptions.Section).Get<LogOptions>() ?? new LogOptions();
        Check(options);
        builder.Logging.ClearProviders();

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
                .Warning("The log file {Path} cannot be written, so the log is on the console only: {Reason} Set Log__Path to another file, or to nothing for none.", options.Path, refused);
        }

        return logger;
    }

    private static void Check(LogOptions options)
    {
        if (options.Format is not ("text" or "json"))
        {
            throw new InvalidDataException($"Log:Format is '{options.Format}'; write text or json.");
        }

        if (options.MaxBytes is < 65_536 or > 1 << 30)
        {
            throw new InvalidDataException($"Log:MaxBytes is {options.MaxBytes}; write 65536 (64 KiB) to 1073741824 (1 GiB).");
        }

        if (options.MaxFiles is < 1 or > 1000)
        {
            throw new InvalidDataException($"Log:MaxFiles is {options.MaxFiles}; write 1 to 1000.");
        }
    }
}
