using System.Globalization;
using System.Text.RegularExpressions;

namespace MetricsCollector.Postgres;

/// <summary>One place where a server may be.</summary>
/// <param name="Name">A name, an address, or the directory of a socket.</param>
/// <param name="Port">Its port.</param>
internal sealed partial record ServerHost(string Name, int Port)
{
    /// <summary>The port of PostgreSQL.</summary>
    public const int DefaultPort = 5432;

    // Of other systems' packages; the first is Debian's and Red Hat's.
    private static readonly string[] SocketDirectories = ["/var/run/postgresql", "/tmp"];

    /// <summary>Whether it is a socket of this machine.</summary>
    public bool IsSocket => Name.StartsWith('/') || Name.StartsWith('@') || Path.IsPathRooted(Name);

    /// <summary>As people write it: <c>host:port</c>.</summary>
    public override string ToString()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        return Name.Contains(':', StringComparison.Ordinal) && !Name.StartsWith('[') && !IsSocket ? $"[{Name}]:{port}" : $"{Name}:{port}";
    }

    /// <summary>
    /// Whether a text can be the name of a host: what holds a blank or an <c>=</c> is something else, which nobody may see.
    /// </summary>
    public static bool IsName(string text) => text.StartsWith('/') || text.StartsWith('@')
        ? !text.Contains('=', StringComparison.Ordinal) && !text.Any(char.IsControl)
        : NameForm().IsMatch(text);

    /// <summary>Where libpq looks without a host: the socket of this machine, where there are sockets.</summary>
    public static string Default(int port) => OperatingSystem.IsWindows()
        ? "localhost"
        : Array.Find(SocketDirectories, directory => File.Exists($"{directory}/.s.PGSQL.{port.ToString(CultureInfo.InvariantCulture)}"))
            ?? "localhost";

    /// <summary>Reads Npgsql's list, whose elements may have a port each.</summary>
    public static IReadOnlyList<ServerHost> Read(string? hosts, int port) =>
        [.. (hosts ?? string.Empty).Split(',', StringSplitOptions.TrimEntries).Select(host => ReadOne(host, port))];

    private static ServerHost ReadOne(string text, int port)
    {
        // As Npgsql tells a port from the end of an IPv6 address.
        var colon = text.LastIndexOf(':');
        return colon > 0
            && (!text[..colon].Contains(':', StringComparison.Ordinal) || text[colon - 1] == ']')
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var own)
                ? new ServerHost(text[..colon], own)
                : new ServerHost(text, port);
    }

    [GeneratedRegex(@"^[^\s=;'""?#&@,/\\\p{C}]+$", RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();
}
