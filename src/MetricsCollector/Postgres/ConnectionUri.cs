using System.Text;

namespace MetricsCollector.Postgres;

/// <summary>
/// Reads <c>postgresql://user:password@host:port,host:port/database?keyword=value</c> as libpq does (<c>conninfo_uri_parse_options</c>),
/// which is not what <see cref="Uri"/> does: hosts may be several, or directories of sockets.
/// </summary>
internal static class ConnectionUri
{
    private const string Percent = "has a % that no two hexadecimal digits follow; write %25 for a % of a password";

    /// <summary>How to write characters that end a part of a URI.</summary>
    public const string Escaping =
        "In a user name, a password and the name of a database write %2F for /, %40 for @, %23 for #, %3F for ? and %25 for %, as a URI "
            + "wants it.";

    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <summary>Whether a text begins as such a URI does.</summary>
    public static bool IsOne(string text) => Array.Exists(Schemes, scheme => text.StartsWith(scheme, StringComparison.Ordinal));

    /// <summary>
    /// Whether a text is such a URI in which a character of a user name or a password may stand that would have ended it: a / or an @
    /// before the last @.
    /// </summary>
    public static bool LooksUnescaped(string text)
    {
        if (!IsOne(text))
        {
            return false;
        }

        var rest = text.AsSpan(text.IndexOf("://", StringComparison.Ordinal) + 3);
        var last = rest.LastIndexOf('@');
        if (last < 0 || rest[..last].IndexOfAny('/', '@') is not (>= 0 and var first))
        {
            return false;
        }

        // It may also be one of a parameter.
        var query = rest[first..last].IndexOf('?');
        return query < 0 || !rest[(first + query)..last].Contains('=');
    }

    /// <summary>Reads the text.</summary>
    /// <returns>libpq's keywords with their values; a later one of the same name counts.</returns>
    /// <exception cref="ConnectionStringException">It is not one that libpq takes.</exception>
    public static List<KeyValuePair<string, string>> Read(string text)
    {
        if (LooksUnescaped(text))
        {
            // libpq would take the end of the password for a host or a database, both of which are shown to everybody.
            throw new ConnectionStringException("has a / or an @ before its last @");
        }

        var rest = text[Array.Find(Schemes, scheme => text.StartsWith(scheme, StringComparison.Ordinal))!.Length..];
        var pairs = new List<KeyValuePair<string, string>>();
        if (rest.IndexOfAny(['@', '/']) is >= 0 and var at && rest[at] == '@')
        {
            var user = rest[..at].Split(':', 2);
            Add(pairs, "user", user[0]);
            Add(pairs, "password", user.ElementAtOrDefault(1) ?? string.Empty);
            rest = rest[(at + 1)..];
        }

        var end = Hosts(rest, pairs);
        if (end < rest.Length && rest[end] == '/')
        {
            var query = rest.IndexOf('?', end);
            var database = rest[(end + 1)..(query < 0 ? rest.Length : query)];
            Add(pairs, "dbname", database);
            end = query < 0 ? rest.Length : query;
        }

        if (end < rest.Length && rest[end] == '?')
        {
            Parameters(rest[(end + 1)..], pairs);
        }

        return pairs;
    }

    private static int Hosts(string text, List<KeyValuePair<string, string>> pairs)
    {
        var hosts = new List<string>();
        var ports = new List<string>();
        var at = 0;
        while (true)
        {
            var start = at;
            if (at < text.Length && text[at] == '[')
            {
                var close = text.IndexOf(']', at);
                if (close <= at + 1)
                {
                    throw new ConnectionStringException(
                        "has an IPv6 address without its closing bracket, or an empty one; "
                        + "write [2001:db8::1]");
                }

                (start, at) = (at + 1, close + 1);
                hosts.Add(text[start..close]);
                if (at < text.Length && text[at] is not (':' or '/' or '?' or ','))
                {
                    throw new ConnectionStringException("has something between an IPv6 address and its port; write [2001:db8::1]:5432");
                }
            }
            else
            {
                at = Until(text, at, ":/?,");
                hosts.Add(text[start..at]);
            }

            start = at;
            if (at < text.Length && text[at] == ':')
            {
                at = Until(text, at + 1, "/?,");
                start++;
            }

            ports.Add(text[start..at]);
            if (at >= text.Length || text[at] != ',')
            {
                break;
            }

            at++;
        }

        Add(pairs, "host", hosts.TrueForAll(host => host.Length == 0) ? string.Empty : string.Join(',', hosts));
        Add(pairs, "port", ports.TrueForAll(port => port.Length == 0) ? string.Empty : string.Join(',', ports));
        return at;
    }

    private static void Parameters(string text, List<KeyValuePair<string, string>> pairs)
    {
        var number = 0;

        // As in libpq, one & may end them.
        foreach (var parameter in (text.EndsWith('&') ? text[..^1] : text).Split('&').Where(_ => text.Length > 0))
        {
            if (parameter.Split('=') is not [{ Length: > 0 } keyword, var value])
            {
                throw new ConnectionStringException(
                    "has a parameter that is not keyword=value; write ?sslmode=require&..., "
                    + "and %3D for an = in a value");
            }

            number++;
            (keyword, value) = (Decode(keyword), Decode(value));
            if (!LibpqKeywords.Has(keyword) && keyword != "ssl")
            {
                throw ConnectionString.UnknownKeyword(
                    keyword, FormattableString.Invariant($"parameter {number} after the ?"), LibpqKeywords.All);
            }

            pairs.Add(keyword == "ssl" && value == "true" ? new("sslmode", "require") : new(keyword, value));
        }
    }

    private static void Add(List<KeyValuePair<string, string>> pairs, string keyword, string encoded)
    {
        if (encoded.Length > 0)
        {
            pairs.Add(new(keyword, Decode(encoded)));
        }
    }

    private static int Until(string text, int at, string ends)
    {
        var found = text.AsSpan(at).IndexOfAny(ends);
        return found < 0 ? text.Length : at + found;
    }

    private static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, length));
                i += length - 1;
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                throw new ConnectionStringException(Percent);
            }
        }

        return bytes.Contains((byte)0)
            ? throw new ConnectionStringException("has a %00, which no value may hold")
            : Encoding.UTF8.GetString([.. bytes]);
    }
}
