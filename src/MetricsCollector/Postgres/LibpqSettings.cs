using System.Globalization;
using System.Security.Authentication;
using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>Makes Npgsql's settings of libpq's, with the same defaults and the same meaning.</summary>
internal static class LibpqSettings
{
    /// <summary>Translates.</summary>
    /// <param name="pairs">Keywords and values; a later one of the same name counts.</param>
    /// <param name="source">What the string may draw on.</param>
    /// <exception cref="ConnectionStringException">
    /// A value is not one that libpq takes, or what it asks for cannot be done here.
    /// </exception>
    public static PostgresConnection Translate(IReadOnlyList<KeyValuePair<string, string>> pairs, ConnectionSource source)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < pairs.Count; i++)
        {
            values[Known(pairs[i].Key, i)] = pairs[i].Value;
        }

        AddDefaults(values, source);
        values = values.Where(value => value.Value.Length > 0).ToDictionary(StringComparer.Ordinal);
        var settings = new NpgsqlConnectionStringBuilder();
        foreach (var (keyword, npgsql) in LibpqKeywords.Plain.Where(plain => values.ContainsKey(plain.Key)))
        {
            var value = keyword == "require_auth" ? RequireAuth(values[keyword]) : values[keyword];
            Set(settings, npgsql, value, $"has a {keyword} that cannot be read");
        }

        if (source.IsIsolated)
        {
            // Npgsql would look at PGUSER first.
            settings.Username ??= Environment.UserName;
        }

        var names = SetHosts(settings, values);
        SetTls(settings, values);
        SetChoices(settings, values);
        return new PostgresConnection(settings)
        {
            CertificateNames = names,
            SystemRoots = values.GetValueOrDefault("sslrootcert") == "system",
            Protocols = Protocols(values),
            IsIsolated = source.IsIsolated,
        };
    }

    private static string Known(string keyword, int index)
    {
        if (LibpqKeywords.Unsupported.Contains(keyword))
        {
            throw new ConnectionStringException($"has {keyword}, which cannot be honored here; leave it out");
        }

        return LibpqKeywords.Has(keyword) ? keyword : throw ConnectionString.UnknownKeyword(
            keyword, FormattableString.Invariant($"its keyword number {index + 1}"), LibpqKeywords.All);
    }

    private static void AddDefaults(Dictionary<string, string> values, ConnectionSource source)
    {
        // What a target's own string names is meant; libpq would lead all of them to the one address of the environment.
        var named = values.ContainsKey("host") || values.ContainsKey("hostaddr") || values.ContainsKey("service");
        if ((values.GetValueOrDefault("service") ?? source.Variable("PGSERVICE")) is { Length: > 0 } service)
        {
            foreach (var (keyword, value) in source.Files ? ServiceFile.Read(service, source) : throw ConnectionString.NamesFile())
            {
                values.TryAdd(keyword, value);
            }
        }

        foreach (var (keyword, variable) in LibpqKeywords.Variables
            .Where(pair => pair.Key is not "service" && !(named && pair.Key is "hostaddr")))
        {
            if (source.Variable(variable) is { } value)
            {
                values.TryAdd(keyword, value);
            }
        }
    }

    private static Dictionary<string, string> SetHosts(NpgsqlConnectionStringBuilder settings, Dictionary<string, string> values)
    {
        var names = values.GetValueOrDefault("host")?.Split(',') ?? [];
        var addresses = values.GetValueOrDefault("hostaddr")?.Split(',') ?? [];
        if (names.Length > 0 && addresses.Length > 0 && names.Length != addresses.Length)
        {
            throw new ConnectionStringException("has not as many host names as hostaddr values");
        }

        var count = Math.Max(1, Math.Max(names.Length, addresses.Length));
        var ports = values.GetValueOrDefault("port", string.Empty).Split(',').Select(Port).ToArray();
        if (ports.Length != 1 && ports.Length != count)
        {
            throw new ConnectionStringException("has not as many ports as hosts; write one port for all hosts, or one for each");
        }

        var certificateNames = new Dictionary<string, string>(StringComparer.Ordinal);
        var hosts = new List<ServerHost>();
        for (var i = 0; i < count; i++)
        {
            var port = ports[ports.Length == 1 ? 0 : i];
            var name = names.ElementAtOrDefault(i) ?? string.Empty;
            var address = addresses.ElementAtOrDefault(i) ?? string.Empty;
            if (address.Length > 0 && name.Length > 0)
            {
                certificateNames[address] = name;
            }

            hosts.Add(new ServerHost(address.Length > 0 ? address : name.Length > 0 ? name : ServerHost.Default(port), port));
        }

        settings.Host = hosts.Count == 1 ? hosts[0].Name : string.Join(',', hosts);
        settings.Port = hosts[0].Port;
        return certificateNames;
    }

    private static int Port(string text) =>
        text.Length == 0 ? ServerHost.DefaultPort
        : int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and < 65536 ? port
        : throw new ConnectionStringException("has a port that is not a number from 1 to 65535");

    private static void SetTls(NpgsqlConnectionStringBuilder settings, Dictionary<string, string> values)
    {
        var mode = values.GetValueOrDefault("sslmode");
        var roots = values.GetValueOrDefault("sslrootcert");
        if (roots == "system" && mode is not (null or "verify-full"))
        {
            throw new ConnectionStringException("has sslrootcert=system, which only sslmode=verify-full goes with");
        }

        if (mode is not null)
        {
            settings.SslMode = mode switch
            {
                "disable" => SslMode.Disable,
                "allow" => SslMode.Allow,
                "prefer" => SslMode.Prefer,
                // As in libpq: who names the authority wants the certificate to be of it.
                "require" => roots is null ? SslMode.Require : SslMode.VerifyCA,
                "verify-ca" => SslMode.VerifyCA,
                "verify-full" => SslMode.VerifyFull,
                _ => throw new ConnectionStringException(
                    "has an sslmode other than disable, allow, prefer, require, "
                    + "verify-ca and verify-full"),
            };
        }

        if (roots == "system")
        {
            settings.SslMode = SslMode.VerifyFull;
        }
        else if (roots is not null)
        {
            settings.RootCertificate = roots;
        }

        settings.SslNegotiation = values.GetValueOrDefault("sslnegotiation") switch
        {
            null or "postgres" => SslNegotiation.Postgres,
            "direct" => SslNegotiation.Direct,
            _ => throw new ConnectionStringException("has an sslnegotiation other than postgres and direct"),
        };
    }

    private static void SetChoices(NpgsqlConnectionStringBuilder settings, Dictionary<string, string> values)
    {
        if (values.TryGetValue("channel_binding", out var binding))
        {
            Set(settings, "Channel Binding", binding, "has a channel_binding other than disable, prefer and require");
        }

        if (values.TryGetValue("gssencmode", out var gss) && gss == "require")
        {
            Set(settings, "GSS Encryption Mode", "Require", "has a gssencmode that cannot be honored here");
        }

        if (values.TryGetValue("connect_timeout", out var timeout))
        {
            settings.Timeout = int.TryParse(timeout, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
                ? Math.Clamp(seconds, 0, 1024)
                : throw new ConnectionStringException("has a connect_timeout that is not a number of seconds");
        }

        // As libpq reads it: a boolean, or the word for a connection to one database.
        if (values.TryGetValue("replication", out var replication)
            && replication.ToUpperInvariant() is not ("0" or "F" or "FALSE" or "N" or "NO" or "OFF"))
        {
            throw ConnectionString.Replication();
        }

        if (values.TryGetValue("target_session_attrs", out var attributes))
        {
            Set(settings, "Target Session Attributes", attributes, ConnectionString.SessionAttributes);
        }

        if (values.TryGetValue("load_balance_hosts", out var balance))
        {
            settings.LoadBalanceHosts = balance switch
            {
                "disable" => false,
                "random" => true,
                _ => throw new ConnectionStringException("has a load_balance_hosts other than disable and random"),
            };
        }
    }

    // Both ends are ends of what is allowed; TLS 1.0 and 1.1, which nobody should need, are left to the system.
    private static SslProtocols Protocols(Dictionary<string, string> values)
    {
        var (least, most) = (Version("ssl_min_protocol_version", 2), Version("ssl_max_protocol_version", 3));
        return (least, most) switch
        {
            ( > 2, < 3) => throw new ConnectionStringException("has an ssl_min_protocol_version above its ssl_max_protocol_version"),
            ( > 2, _) => SslProtocols.Tls13,
            (_, 2) => SslProtocols.Tls12,
            (_, < 2) => throw new ConnectionStringException("has an ssl_max_protocol_version below TLSv1.2, which is not spoken here"),
            _ => SslProtocols.None,
        };

        int Version(string keyword, int otherwise) => values.GetValueOrDefault(keyword)?.ToUpperInvariant() switch
        {
            null => otherwise,
            "TLSV1" => 0,
            "TLSV1.1" => 1,
            "TLSV1.2" => 2,
            "TLSV1.3" => 3,
            _ => throw new ConnectionStringException($"has an {keyword} other than TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3"),
        };
    }

    // An exclamation mark excludes a method in both; only the methods' names differ.
    private static string RequireAuth(string methods) =>
        string.Join(',', methods.Split(',', StringSplitOptions.TrimEntries).Select(method =>
        (method.StartsWith('!') ? "!" : string.Empty) + method.TrimStart('!') switch
        {
            "password" => "Password",
            "md5" => "MD5",
            "gss" => "GSS",
            "sspi" => "SSPI",
            "scram-sha-256" => "ScramSHA256",
            "none" => "None",
            _ => throw new ConnectionStringException("has a require_auth other than password, md5, gss, sspi, scram-sha-256 and none"),
        }));

    private static void Set(NpgsqlConnectionStringBuilder settings, string keyword, string value, string wrong)
    {
        try
        {
            settings[keyword] = value;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            throw new ConnectionStringException(wrong);
        }
    }
}
