using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>Reads YAML as the collectors do whose files these are.</summary>
internal static class YamlText
{
    private const string DeepIndent = "                                ";

    /// <summary>The first document; null when there is none.</summary>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    public static YamlNode? Read(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        while (true)
        {
            try
            {
                return Load(string.Join('\n', lines));
            }
            catch (SyntaxErrorException exception) when (IsIndentOfQuoted(exception, lines))
            {
                // The lines of a quoted text ought to be indented more than its key, which Go's parser does not ask for, and people write
                // queries so. Blanks at the start of such a line mean nothing: with more of them the text stays the same, and so do the
                // lines' numbers.
                lines[exception.End.Line - 1] = DeepIndent + lines[exception.End.Line - 1];
            }
        }
    }

    private static bool IsIndentOfQuoted(SyntaxErrorException exception, string[] lines) =>
        exception.Message.Contains("quoted scalar, found wrong indentation", StringComparison.Ordinal)
        && exception.End.Line <= lines.Length
        && !lines[exception.End.Line - 1].StartsWith(DeepIndent, StringComparison.Ordinal);

    private static YamlNode? Load(string text)
    {
        var parser = new Parser(new StringReader(text));
        var stream = new YamlStream();
        // Merging clones what it reads, which costs; files without a merge key need none of it.
        stream.Load(text.Contains("<<", StringComparison.Ordinal) ? new MergingParser(parser) : parser);
        return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
    }
}
