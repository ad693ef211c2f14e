using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace MetricsCollector.Telemetry;

/// <summary>Writes one JSON object for each event, without what a terminal would obey.</summary>
internal sealed class PlainJsonFormatter : ITextFormatter
{
    private readonly RenderedCompactJsonFormatter _inner = new();

    /// <inheritdoc />
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter();
        _inner.Format(logEvent, text);
        output.Write(PlainText.Json(text.ToString()));
    }
}
