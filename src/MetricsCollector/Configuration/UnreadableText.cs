using System.Text.RegularExpressions;
using MetricsCollector.Postgres;

namespace MetricsCollector.Configuration;

/// <summary>Finds what may be a password in a connection string that nobody can read.</summary>
internal static partial class UnreadableText
{
    // Names, ports and switches: their values are no secrets, and are words of every other message.
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "server", "port", "database", "db", "dbname", "initial catalog", "user", "username", "user name",
        "user id", "userid", "uid", "ssl", "ssl mode", "sslmode", "data source", "application name",
        "applicationname", "timeout", "pooling", "driver",
    };

    /// <summary>The values of keywords that may hold one, and what stands before an <c>@</c>; without either, the whole text.</summary>
    public static IEnumerable<string> Secrets(string text)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match user in UserInfo().Matches(text))
        {
            Add(found, user.Groups["password"].Value);
            Add(found, Uri.UnescapeDataString(user.Groups["password"].Value));
        }

        // As every form would end a value: the longest end and the shortest.
        foreach (Match pair in Pairs().Matches(text))
        {
            var keyword = pair.Groups["keyword"].Value.Trim();
            if (!Harmless.Contains(keyword) && (keyword is "password" or "sslpassword" || !LibpqKeywords.Has(keyword)))
            {
                var rest = text[pair.Groups["value"].Index..];
                Add(found, rest.Split(';')[0]);
                Add(found, rest.Split(';', '&', ' ', '\t', '\n')[0]);
                Add(found, Uri.UnescapeDataString(rest.Split('&', ' ', ';')[0]));
            }
        }

        if (found.Count == 0 && !text.Contains('=', StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal))
        {
            Add(found, text);
        }

        return found;
    }

    private static void Add(HashSet<string> found, string text)
    {
        var value = text.Trim().Trim('\'', '"');
        if (value.Length > 0)
        {
            found.Add(value);
        }
    }

    [GeneratedRegex(@"(://|^|\s)[^:/@\s]*:(?<password>[^@\s]+)@", RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<keyword>[A-Za-z][A-Za-z _]*?)\s*=\s*(?<value>[^\s;&])", RegexOptions.NonBacktracking)]
    private static partial Regex Pairs();
}
