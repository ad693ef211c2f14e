using System.Globalization;
using System.Text.RegularExpressions;

namespace MetricsCollector.LocalPostgres;

/// <summary>The version a server program says of itself with <c>--version</c>.</summary>
internal sealed partial record PostgresVersion(string Text, int Major, int Minor) : IComparable<PostgresVersion>
{
    /// <summary>
    /// Reads <c>postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)</c> or <c>postgres (PostgreSQL) 19beta1</c>;
    /// null when the text is something else.
    /// </summary>
    public static PostgresVersion? Parse(string text)
    {
        var match = Pattern().Match(text);
        return match.Success
            ? new PostgresVersion(match.Groups["text"].Value, Number(match.Groups["major"]), Number(match.Groups["minor"]))
            : null;
    }

    /// <summary>Orders by major and then minor; a beta is older than every release of its major.</summary>
    public int CompareTo(PostgresVersion? other) =>
        other is null ? 1 : (Major, Minor).CompareTo((other.Major, other.Minor));

    private static int Number(Group digits) =>
        digits.Success ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : -1;

    [GeneratedRegex(@"\(PostgreSQL\) (?<text>(?<major>\d{1,4})(\.(?<minor>\d{1,4}))?[\w.]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
