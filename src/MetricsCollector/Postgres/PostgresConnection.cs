using System.Collections.Concurrent;
using System.Security.Authentication;
using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>How to reach a PostgreSQL server: what a connection string says, once it was read.</summary>
/// <param name="settings">Npgsql's settings, secrets included; never shown to anybody.</param>
public sealed class PostgresConnection(NpgsqlConnectionStringBuilder settings)
{
    private const string AnyServer = "any";

    private ConcurrentDictionary<string, (bool Scram, long Since)>? _scramHosts;
    private string? _sessionAttributes;

    /// <summary>Where it is, without user and password: <c>host:port</c>, and each of several hosts with its own port.</summary>
    public string Address => string.Join(',', Hosts);

    /// <summary>Npgsql's settings, secrets included.</summary>
    internal NpgsqlConnectionStringBuilder Settings { get; } = settings;

    /// <summary>The hosts, in their order.</summary>
    internal IReadOnlyList<ServerHost> Hosts => ServerHost.Read(Settings.Host, Settings.Port);

    /// <summary>
    /// Which kind of server it must be, in libpq's words; null for any. Npgsql looks after it where there are several hosts.
    /// </summary>
    internal string? SessionAttributes => _sessionAttributes ?? Settings.TargetSessionAttributes;

    /// <summary>The name that the certificate of an address must be for, where libpq's <c>hostaddr</c> says how to reach a name.</summary>
    internal IReadOnlyDictionary<string, string> CertificateNames { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Whether the authorities that this machine trusts are trusted, whatever files there are: <c>sslrootcert=system</c>.
    /// </summary>
    internal bool SystemRoots { get; init; }

    /// <summary>The versions of TLS; none for the system's choice.</summary>
    internal SslProtocols Protocols { get; init; }

    /// <summary>Whether nothing of this machine is used that the connection string does not name.</summary>
    internal bool IsIsolated { get; init; }

    /// <summary>Which hosts asked for SCRAM, and when: <see cref="ServerPassword"/> learns it where it matters.</summary>
    internal ConcurrentDictionary<string, (bool Scram, long Since)> ScramHosts => LazyInitializer.EnsureInitialized(ref _scramHosts);

    /// <summary>
    /// Its passwords, and what may be one within the user name. One that is also a name tells nothing that the name does not.
    /// </summary>
    internal IEnumerable<string> Secrets =>
        new[] { Settings.Password, Settings.SslPassword, ShownNames.PasswordWithin(Settings) }.OfType<string>()
        .Where(secret => secret.Length > 0 && secret != Settings.Username && secret != Settings.Database && secret != Settings.Host);

    /// <summary>The files it names.</summary>
    internal IEnumerable<string> Files =>
        new[] { Settings.SslCertificate, Settings.SslKey, Settings.RootCertificate, Settings.Passfile }.OfType<string>();

    /// <summary>The same way to one of several hosts, whatever kind of server it is.</summary>
    internal PostgresConnection To(ServerHost host)
    {
        var settings = new NpgsqlConnectionStringBuilder(Settings.ConnectionString)
        {
            Host = host.Name,
            Port = host.Port,
            TargetSessionAttributes = AnyServer,
            LoadBalanceHosts = false,
        };
        return new PostgresConnection(settings)
        {
            CertificateNames = CertificateNames,
            SystemRoots = SystemRoots,
            Protocols = Protocols,
            IsIsolated = IsIsolated,
        };
    }

    /// <summary>
    /// Keeps what Npgsql refuses where there is one host, so that <see cref="SessionAttributes"/> is all that looks after it. One server
    /// that is only preferred is taken.
    /// </summary>
    internal void KeepSessionAttributes()
    {
        if (Settings.TargetSessionAttributes is AnyServer or "prefer-primary" or "prefer-standby")
        {
            Settings.TargetSessionAttributes = null;
        }

        _sessionAttributes = Settings.TargetSessionAttributes;

        // Npgsql would look at the environment, and refuse what it finds there.
        Settings.TargetSessionAttributes = AnyServer;
    }

    /// <summary>A builder for data sources with few types.</summary>
    /// <param name="own">The settings to use, made of <see cref="Settings"/>.</param>
    /// <param name="name">What the driver's meters and traces call it; without one they would have the connection string.</param>
    internal NpgsqlSlimDataSourceBuilder SlimBuilder(NpgsqlConnectionStringBuilder own, string name)
    {
        var password = ServerPassword.For(this, own);
        var builder = new NpgsqlSlimDataSourceBuilder(Prepare(own, password)) { Name = name };
        builder.EnableTransportSecurity();
        builder.EnableIntegratedSecurity();
        if (own.SslMode != SslMode.Disable)
        {
            builder.UseSslClientAuthenticationOptionsCallback(new ServerTls(this).Apply);
        }

        return password is null ? builder : builder.UsePasswordProvider(password.Get, password.GetAsync);
    }

    /// <summary>A builder for data sources with all types.</summary>
    /// <param name="own">The settings to use, made of <see cref="Settings"/>.</param>
    /// <param name="name">What the driver's meters and traces call it; without one they would have the connection string.</param>
    internal NpgsqlDataSourceBuilder Builder(NpgsqlConnectionStringBuilder own, string name)
    {
        var password = ServerPassword.For(this, own);
        var builder = new NpgsqlDataSourceBuilder(Prepare(own, password)) { Name = name };
        if (own.SslMode != SslMode.Disable)
        {
            builder.UseSslClientAuthenticationOptionsCallback(new ServerTls(this).Apply);
        }

        return password is null ? builder : builder.UsePasswordProvider(password.Get, password.GetAsync);
    }

    private static string Prepare(NpgsqlConnectionStringBuilder own, ServerPassword? password)
    {
        var settings = new NpgsqlConnectionStringBuilder(own.ConnectionString) { PersistSecurityInfo = false };
        if (password is not null)
        {
            (settings.Password, settings.Passfile) = (null, null);
        }

        if (settings.SslMode is SslMode.VerifyCA or SslMode.VerifyFull)
        {
            // ServerTls verifies the certificate, so that it can say what is wrong with it; Npgsql only says that something is.
            settings.SslMode = SslMode.Require;
            settings.RootCertificate = null;
        }

        return settings.ConnectionString;
    }
}
