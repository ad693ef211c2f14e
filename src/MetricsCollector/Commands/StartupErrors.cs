using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Configuration;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Storage;
using MetricsCollector.Telemetry;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Commands;

/// <summary>Turns what a person can mend into a message, where a stack trace would hide it.</summary>
internal static class StartupErrors
{
    // As sysexits.h has it for an internal error.
    private const int CrashExitCode = 70;

    /// <summary>Runs a command.</summary>
    /// <returns>0, or 1 after a message on standard error.</returns>
    public static Task<int> GuardAsync(Func<Task> command) => GuardAsync(async () =>
    {
        await command();
        return true;
    });

    /// <summary>Runs a command that says whether everything was as it should be.</summary>
    /// <returns>0, or 1 when it was not or after a message on standard error.</returns>
    public static async Task<int> GuardAsync(Func<Task<bool>> command)
    {
        try
        {
            return await command() ? 0 : 1;
        }
        catch (Exception exception) when (Explain(exception) is { } message)
        {
            await Console.Error.WriteLineAsync("metrics-collector cannot start. " + Redact(message));
            return 1;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // What nobody foresaw: shown whole, but without what must not be on a screen or in a log.
            await Console.Error.WriteLineAsync("metrics-collector ended unexpectedly. " + Redact(exception.ToString()));
            return CrashExitCode;
        }
    }

    private static string Redact(string text) => SecretRegistry.Current?.Redact(text) ?? text;

    private static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException options => "The settings are wrong:" + List(options.Failures),
        MetricFileException files => files.Message,
        PostgresNotFoundException or LocalPostgresException => exception.Message,
        StoreUnavailableException => "The store does not answer as it should: " + PlainText.Line(exception.Message),
        SchemaTooNewException => exception.Message,
        InvalidOperationException
        {
            InnerException: FormatException or InvalidOperationException { InnerException: FormatException }
        } binding =>
            "The settings are wrong:" + List(
                [binding.Message + " " + (binding.InnerException!.InnerException ?? binding.InnerException).Message]),
        InvalidDataException or FormatException => exception.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            exception.Message + " Free the port, or write --urls http://localhost:5081",
        _ => null,
    };

    private static string List(IEnumerable<string> errors) =>
        string.Concat(errors.Select(error => Environment.NewLine + "  " + error));
}
