using System.Text;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Commands.Sessions;

/// <summary>A terminal that shows one text after the other in the same place, and is as it was before once this is disposed of.</summary>
internal sealed class TerminalScreen : IDisposable
{
    // The other screen of the terminal, without a cursor, and lines that end at its edge.
    private const string Begin = "\e[?1049h\e[?25l\e[?7l";
    private const string End = "\e[?7h\e[?25h\e[?1049l";

    private readonly TextWriter _output;

    /// <summary>Takes the terminal.</summary>
    public TerminalScreen(TextWriter output)
    {
        _output = output;
        _output.Write(Begin);
        _output.Flush();
    }

    /// <summary>Shows a text, as much of it as there is room for.</summary>
    /// <param name="text">Text without control characters but the ends of its lines.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Lines of the terminal.</param>
    public void Show(string text, int width, int height)
    {
        _output.Write(Frame(text, width, height));
        _output.Flush();
    }

    /// <summary>What draws a text over what was there before.</summary>
    public static string Frame(string text, int width, int height)
    {
        var lines = text.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        var shown = lines.Length <= height
            ? lines
            : [.. lines.Take(Math.Max(0, height - 1)), $"... {lines.Length - height + 1} more lines"];
        var frame = new StringBuilder("\e[H");
        foreach (var (i, line) in shown.Index())
        {
            // The last line has no end, which would move all others up.
            frame.Append(Excerpt.Of(line, Math.Max(1, width), mark: string.Empty)).Append("\e[K");
            frame.Append(i < shown.Length - 1 ? "\r\n" : string.Empty);
        }

        return frame.Append("\e[J").ToString();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _output.Write(End);
        _output.Flush();
    }
}
