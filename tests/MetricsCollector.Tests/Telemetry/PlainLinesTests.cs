using System.Globalization;
using System.Text.Json;
using MetricsCollector.Telemetry;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace MetricsCollector.Tests.Telemetry;

/// <summary>What a server or a caller sends cannot begin a line of the log or give the terminal an order.</summary>
[Trait("PostgreSQL", "any")]
public sealed class PlainLinesTests
{
    // Line breaks, a coloured forged line, an eight-bit escape, the end of a title, and what turns the direction of writing.
    private const string Hostile =
        "no\r\n2026-01-01T00:00:00.000Z ERROR forged: \u001B[2J\u001B]0;title\u0007\u009B31m\u007F\u2028\u202Eend";

    [Fact]
    public void An_event_is_one_line_whatever_its_values_hold()
    {
        var text = Write(
            new LineFormatter(CultureInfo.InvariantCulture), log => log.Warning("Target {Target} is down: {Reason}", "a", Hostile));
        Assert.Single(text.Split(Environment.NewLine), line => line.Length > 0);
        Assert.Contains(
            @"no\r\n2026-01-01T00:00:00.000Z ERROR forged: \u001B[2J\u001B]0;title\u0007\u009B31m\u007F\u2028\u202Eend",
            text,
            StringComparison.Ordinal);
        Assert.Matches(@"^\S+Z WARN \S+: Target a is down: no", text);
    }

    [Fact]
    public void Instants_are_written_as_that_of_the_line()
    {
        var instant = new DateTimeOffset(2026, 1, 31, 13, 4, 5, 678, TimeSpan.FromHours(1)).AddTicks(9);
        var text = Write(
            new LineFormatter(CultureInfo.InvariantCulture), log => log.Warning("Read at {LoadedAt:O} or {Since}", instant, instant));
        Assert.EndsWith(": Read at 2026-01-31T12:04:05.678Z or 2026-01-31T12:04:05.678Z", text.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lines_of_an_exception_are_indented()
    {
        var text = Write(
            new LineFormatter(CultureInfo.InvariantCulture),
            log => log.Error(new InvalidOperationException(Hostile), "It failed: {Count} times", 2));
        var lines = text.TrimEnd().Split(Environment.NewLine);
        Assert.EndsWith("It failed: 2 times", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(text, character => char.IsControl(character) && !Environment.NewLine.Contains(character));
    }

    [Fact]
    public void Json_means_the_same_and_holds_no_control_character()
    {
        var text = Write(new PlainJsonFormatter(), log => log.Warning("Target {Target} is down: {Reason}", "a", Hostile));
        Assert.DoesNotContain(text.TrimEnd(), char.IsControl);
        Assert.DoesNotContain('\u202E', text);
        using var line = JsonDocument.Parse(text);
        Assert.Equal(Hostile, line.RootElement.GetProperty("Reason").GetString());
    }

    [Theory]
    [InlineData(LogEventLevel.Verbose, "TRACE")]
    [InlineData(LogEventLevel.Debug, "DEBUG")]
    [InlineData(LogEventLevel.Information, "INFO")]
    [InlineData(LogEventLevel.Warning, "WARN")]
    [InlineData(LogEventLevel.Error, "ERROR")]
    [InlineData(LogEventLevel.Fatal, "FATAL")]
    public void Levels_are_spelled_out(LogEventLevel level, string name) =>
        Assert.Contains(
            $"Z {name} ", Write(new LineFormatter(CultureInfo.InvariantCulture), log => log.Write(level, "x")), StringComparison.Ordinal);

    private static string Write(ITextFormatter formatter, Action<ILogger> write)
    {
        using var sink = new TextSink(formatter);
        using var logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(sink).CreateLogger();
        write(logger.ForContext(Constants.SourceContextPropertyName, "Tests"));
        return sink.Text;
    }

    private sealed class TextSink(ITextFormatter formatter) : ILogEventSink, IDisposable
    {
        private readonly StringWriter _text = new();

        public string Text => _text.ToString();

        public void Emit(LogEvent logEvent) => formatter.Format(logEvent, _text);

        public void Dispose() => _text.Dispose();
    }
}
