namespace MetricsCollector.Snapshots;

/// <summary>Texts of any length where only so much is kept or shown. A character outside the basic plane is never cut in two.</summary>
internal static class Excerpt
{
    /// <summary>The text, or as much of its beginning as fits, with a mark behind it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">How many characters are kept; the mark comes on top.</param>
    /// <param name="mark">What says that there is more.</param>
    public static string Of(string text, int longest, string mark = "...") =>
        text.Length <= longest ? text : string.Concat(text.AsSpan(0, End(text, longest)), mark);

    /// <summary>How many characters are kept when at most so many may be.</summary>
    public static int End(string text, int longest) =>
        text.Length <= longest ? text.Length : longest - (char.IsHighSurrogate(text[longest - 1]) ? 1 : 0);
}
