using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.Catalog.Definitions;

namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>Reads the version ranges of postgres_exporter: <c>&gt;=10.0.0</c>, <c>&lt;14</c>, <c>&gt;=13.0.0 &lt;17.0.0</c>.</summary>
internal static partial class ServerVersions
{
    /// <summary>What a message tells people to write.</summary>
    public const string Forms = "comparisons with versions that all hold, such as '>=13.0.0 <17.0.0'";

    /// <summary>The major versions of which some minor version is in the range; null when the text is no such range.</summary>
    public static VersionRange? TryParse(string text)
    {
        var (min, max) = (0, int.MaxValue);
        if (!Range().IsMatch(text))
        {
            return null;
        }

        foreach (Match comparison in Comparison().Matches(text))
        {
            var major = int.Parse(comparison.Groups["major"].Value, CultureInfo.InvariantCulture);
            switch (comparison.Groups["operator"].Value)
            {
                case ">" or ">=":
                    min = Math.Max(min, major);
                    break;
                case "<":
                    // Below 14.0.0 is no 14 at all; below 14.2.0 is some.
                    max = Math.Min(max, comparison.Groups["rest"].Value.AsSpan().ContainsAnyInRange('1', '9') ? major : major - 1);
                    break;
                case "<=":
                    max = Math.Min(max, major);
                    break;
                default:
                    (min, max) = (Math.Max(min, major), Math.Min(max, major));
                    break;
            }
        }

        return min <= max ? new VersionRange(min, max == int.MaxValue ? null : max) : null;
    }

    [GeneratedRegex(@"^\s*((>=|<=|==|=|>|<)?\s*\d{1,4}(\.(\d{1,6}|x)){0,2}(\s+|$))+$", RegexOptions.NonBacktracking)]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<operator>>=|<=|==|=|>|<)?\s*(?<major>\d{1,4})(?<rest>(\.(\d{1,6}|x)){0,2})(?=\s|$)")]
    private static partial Regex Comparison();
}
