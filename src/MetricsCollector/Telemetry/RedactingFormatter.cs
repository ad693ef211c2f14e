using MetricsCollector.Configuration;
using Serilog.Events;
using Serilog.Formatting;

namespace MetricsCollector.Telemetry;

/// <summary>Writes events without the passwords of the settings, wherever in them they may be.</summary>
internal sealed class RedactingFormatter(ITextFormatter inner, SecretRegistry secrets) : ITextFormatter
{
    /// <inheritdoc />
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter();
        inner.Format(logEvent, text);
        output.Write(secrets.Redact(text.ToString()));
    }
}
