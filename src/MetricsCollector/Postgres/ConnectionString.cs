using System.Data.Common;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>
/// Reads connection strings of targets and store in the forms that people write: Npgsql's <c>Host=...;Username=...</c>, libpq's
/// <c>host=... user=...</c>, and <c>postgres://user@host/database?sslmode=require</c>.
/// </summary>
public static partial class ConnectionString
{
    /// <summary>The forms, as a hint.</summary>
    public const string Forms = "Host=...;Username=...;Database=... or host=... user=... dbname=... or postgres://user@host/database";

    /// <summary>What is said of wrong session attributes.</summary>
    internal const string SessionAttributes =
        "has a target_session_attrs other than any, read-write, read-only, primary, standby, prefer-primary and prefer-standby";

    // More of them make another word.
    private const int MostMistakes = 2;

    private const string OtherForm = "is in none of the forms that are read";

    private static readonly ConnectionSource Alone = new(new Dictionary<string, string>(), Files: true);

    private static readonly string[] UsualKeywords =
    [
        "Host", "Port", "Username", "Password", "Database", "Passfile", "Timeout", "Options",
        "SSL Mode", "SSL Negotiation", "SSL Certificate", "SSL Key", "SSL Password", "Root Certificate", "Application Name",
        "Channel Binding", "Target Session Attributes",
    ];

    /// <summary>Reads a connection string.</summary>
    /// <param name="text">Any of the forms.</param>
    /// <param name="source">What it may draw on besides itself.</param>
    /// <param name="error">What is wrong and what to write, without any part of the text: it may hold a password.</param>
    /// <returns>What it says, or null with an error.</returns>
    public static PostgresConnection? Read(string? text, ConnectionSource source, out string? error)
    {
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = $"is empty; write {Forms}.";
            return null;
        }

        try
        {
            return Check(ReadAny(text.Trim(), source), source);
        }
        catch (ConnectionStringException exception) when (ConnectionUri.LooksUnescaped(text.Trim()))
        {
            error = $"cannot be used: it {Sentence(exception)} {ConnectionUri.Escaping} Write {Forms}.";
            return null;
        }
        catch (ConnectionStringException exception)
        {
            error = $"cannot be used: it {Sentence(exception)} Write {Forms}.";
            return null;
        }
    }

    /// <summary>Reads what libpq's variables say alone.</summary>
    internal static PostgresConnection? ReadEnvironment(ConnectionSource source, out string? error)
    {
        error = null;
        try
        {
            return Check(LibpqSettings.Translate([], source), source);
        }
        catch (ConnectionStringException exception)
        {
            error = $"What the environment says of PostgreSQL (PGHOST, PGPORT, ...) cannot be used: it {Sentence(exception)}";
            return null;
        }
    }

    /// <summary>What a connection string says by itself, whether or not it can be used; null when it cannot be read.</summary>
    internal static PostgresConnection? TryParse(string text)
    {
        try
        {
            return ReadAny(text.Trim(), Alone);
        }
        catch (ConnectionStringException)
        {
            return null;
        }
    }

    /// <summary>That a connection string names files although it may not.</summary>
    internal static ConnectionStringException NamesFile() => new(
        "names a file or a service of this machine, which targets of the API may not; set Security:AllowTargetFiles to true, "
        + "or name the target in the settings");

    /// <summary>That a connection string asks for a connection of another kind.</summary>
    internal static ConnectionStringException Replication() => new(
        "has Replication Mode (replication), which makes a connection that no statistics can be read from; leave it out");

    /// <summary>That a keyword is not known; shows only what it may have been meant to be.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="place">Which one it is.</param>
    /// <param name="known">Those that are known.</param>
    internal static ConnectionStringException UnknownKeyword(string keyword, string place, IEnumerable<string> known)
    {
        var near = known.Where(name => Math.Abs(name.Length - keyword.Length) <= MostMistakes)
            .Select(name => (Name: name, Distance: EditDistance.Between(name, keyword)))
            .Where(candidate => candidate.Distance <= MostMistakes)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        return new($"has a keyword that is not known, {place}{(near is null ? string.Empty : $"; did you mean {near}?")}");
    }

    private static string Sentence(ConnectionStringException exception) =>
        exception.Message.EndsWith('?') ? exception.Message : exception.Message + ".";

    private static PostgresConnection ReadAny(string text, ConnectionSource source)
    {
        if (ConnectionUri.IsOne(text))
        {
            return LibpqSettings.Translate(ConnectionUri.Read(text), source);
        }

        if (OtherScheme().IsMatch(text))
        {
            throw new ConnectionStringException("is a URI of another kind; that of JDBC, for one, is not read");
        }

        // host=a;port=1 is Npgsql's, host=a port=1 is libpq's: a host tells them apart, for it holds neither blanks nor ; nor =.
        var pairs = KeywordValueString.Read(text);
        var libpq = pairs is not null && pairs.TrueForAll(pair => LibpqKeywords.Has(pair.Key) && HoldsHosts(pair));
        if (libpq && pairs!.Exists(pair => pair.Key is "host" or "hostaddr" or "service"))
        {
            return LibpqSettings.Translate(pairs, source);
        }

        try
        {
            var connection = FromNpgsql(text, source);
            return !libpq || connection.Settings.Host is { Length: > 0 } ? connection : LibpqSettings.Translate(pairs!, source);
        }
        catch (ConnectionStringException) when (pairs is not null && (libpq || !text.Contains(';', StringComparison.Ordinal)))
        {
            return LibpqSettings.Translate(pairs, source);
        }
    }

    private static bool HoldsHosts(KeyValuePair<string, string> pair) =>
        pair.Key is not ("host" or "hostaddr")
            || Array.TrueForAll(pair.Value.Split(','), host => host.Length == 0 || ServerHost.IsName(host));

    private static PostgresConnection FromNpgsql(string text, ConnectionSource source)
    {
        var plain = new DbConnectionStringBuilder();
        try
        {
            plain.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new ConnectionStringException(OtherForm);
        }

        var settings = new NpgsqlConnectionStringBuilder();
        foreach (string keyword in plain.Keys)
        {
            if (!settings.ContainsKey(keyword))
            {
                throw UnknownKeyword(keyword, "one of its keywords", UsualKeywords);
            }

            try
            {
                var value = (string)plain[keyword];
                var mode = keyword.Replace(" ", string.Empty, StringComparison.Ordinal)
                    .Equals("sslmode", StringComparison.OrdinalIgnoreCase);
                settings[keyword] = mode ? value.Replace("-", string.Empty, StringComparison.Ordinal) : value;
            }
            catch (Exception exception)
                when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                throw new ConnectionStringException($"has a value of {keyword} that cannot be read");
            }
        }

        if (settings.Host is { Length: > 0 } && !ServerHost.Read(settings.Host, settings.Port).All(host => ServerHost.IsName(host.Name)))
        {
            throw new ConnectionStringException("has a host that is no name of a host: a name holds no blanks, no = and no ;");
        }

        var system = settings.RootCertificate == "system";
        if (system && settings.SslMode is not (SslMode.VerifyFull or SslMode.Prefer))
        {
            throw new ConnectionStringException("has Root Certificate=system, which only SSL Mode=VerifyFull goes with");
        }

        if (system)
        {
            (settings.RootCertificate, settings.SslMode) = (null, SslMode.VerifyFull);
        }

        return new PostgresConnection(settings) { SystemRoots = system, IsIsolated = source.IsIsolated };
    }

    private static PostgresConnection Check(PostgresConnection connection, ConnectionSource source)
    {
        var settings = connection.Settings;
        if (string.IsNullOrEmpty(settings.Host))
        {
            throw new ConnectionStringException("names no host");
        }

        if (!connection.Hosts.All(host => ServerHost.IsName(host.Name)))
        {
            throw new ConnectionStringException("has a host that is no name of a host: a name holds no blanks, no = and no ;");
        }

        ShownNames.Check(settings, source);
        if (!source.Files && connection.Files.Any())
        {
            throw NamesFile();
        }

        if (connection.Hosts.Count == 1
            && (settings.TargetSessionAttributes is not null || Environment.GetEnvironmentVariable("PGTARGETSESSIONATTRS") is not null))
        {
            connection.KeepSessionAttributes();
        }

        if (settings["Replication Mode"]?.ToString() is not (null or "Off"))
        {
            throw Replication();
        }

        if (settings.SslNegotiation == SslNegotiation.Direct && settings.SslMode is (SslMode.Disable or SslMode.Allow or SslMode.Prefer))
        {
            throw new ConnectionStringException("has sslnegotiation=direct, which sslmode=require, verify-ca or verify-full must go with");
        }

        if (!IsEncoding(settings.Encoding))
        {
            throw new ConnectionStringException("has an Encoding that .NET does not know");
        }

        TryBuild(connection);
        return connection;
    }

    // What does not go together is told now, and not when the target is first collected.
    private static void TryBuild(PostgresConnection connection)
    {
        try
        {
            var text = connection.Settings.ConnectionString;
            var settings = new NpgsqlConnectionStringBuilder(text) { Pooling = false, Multiplexing = false };
            connection.SlimBuilder(settings, "check").Build().Dispose();
        }
        catch (Exception exception)
            when (exception is ArgumentException or NotSupportedException or InvalidOperationException or FormatException)
        {
            throw new ConnectionStringException("has settings that do not go together");
        }
    }

    private static bool IsEncoding(string name)
    {
        try
        {
            // .NET calls it UTF-8, Npgsql UTF8.
            return name == "UTF8" || Encoding.GetEncoding(name) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.:-]*://", RegexOptions.NonBacktracking)]
    private static partial Regex OtherScheme();
}
