using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace MetricsCollector.Telemetry;

/// <summary>
/// Writes one line for each event: time, level, source, message. Nothing in a message begins a line or reaches the terminal as an
/// order, whoever wrote it; the lines of an exception are indented.
/// </summary>
/// <param name="culture">How numbers and times are written.</param>
internal sealed class LineFormatter(CultureInfo culture) : ITextFormatter
{
    private const string Indent = "    ";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <inheritdoc />
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.UtcDateTime.ToString(TimeFormat, culture));
        output.Write(' ');
        output.Write(Name(logEvent.Level));
        output.Write(' ');
        output.Write(TextOf(logEvent, Constants.SourceContextPropertyName));
        output.Write(": ");
        output.WriteLine(PlainText.Line(Message(logEvent)));
        foreach (var line in logEvent.Exception?.ToString().Split('\n') ?? [])
        {
            output.Write(Indent);
            output.WriteLine(PlainText.Line(line.TrimEnd('\r')));
        }
    }

    /// <summary>Texts bare and not in quotation marks, and instants as at the beginning of the line: they are read by people.</summary>
    private string Message(LogEvent logEvent)
    {
        using var text = new StringWriter(culture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && TextOf(logEvent, property.PropertyName) is { } bare)
            {
                text.Write(bare);
            }
            else
            {
                token.Render(logEvent.Properties, text, culture);
            }
        }

        return text.ToString();
    }

    private string? TextOf(LogEvent logEvent, string property) =>
        (logEvent.Properties.GetValueOrDefault(property) as ScalarValue)?.Value switch
        {
            string text => text,
            DateTimeOffset instant => instant.UtcDateTime.ToString(TimeFormat, culture),
            _ => null,
        };

    private static string Name(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRACE",
        LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARN",
        LogEventLevel.Error => "ERROR",
        _ => "FATAL",
    };
}
