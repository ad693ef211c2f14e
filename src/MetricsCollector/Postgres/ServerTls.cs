using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>TLS to a server: which certificates are taken, and what is wrong with one that is not.</summary>
/// <param name="connection">What the connection string says.</param>
internal sealed class ServerTls(PostgresConnection connection)
{
    private const int NamesShown = 5;

    /// <summary>Completes Npgsql's options of one handshake.</summary>
    /// <exception cref="ConnectionFileException">The file of the trusted authorities cannot be read.</exception>
    public void Apply(SslClientAuthenticationOptions options)
    {
        var settings = connection.Settings;
        options.TargetHost = connection.CertificateNames.GetValueOrDefault(options.TargetHost ?? string.Empty) ?? options.TargetHost;
        options.EnabledSslProtocols = connection.Protocols;
        if (connection.IsIsolated && settings.SslCertificate is null)
        {
            // Npgsql took the one of PGSSLCERT, or of this user.
            options.ClientCertificateContext = null;
        }

        if (settings.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull))
        {
            return;
        }

        var policy = new X509ChainPolicy
        {
            RevocationMode = settings.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        if (RootFile() is { } file)
        {
            var roots = Read(file);
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
            policy.ExtraStore.AddRange(roots);
        }

        var host = options.TargetHost ?? string.Empty;
        options.CertificateChainPolicy = policy;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Verify(certificate, chain, errors, host);
    }

    private string? RootFile()
    {
        if (connection.Settings.RootCertificate is not null || connection.SystemRoots || connection.IsIsolated)
        {
            return connection.Settings.RootCertificate;
        }

        // As libpq and Npgsql do.
        var usual = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".postgresql", "root.crt");
        return Environment.GetEnvironmentVariable("PGSSLROOTCERT") is { Length: > 0 } variable
            ? variable
            : File.Exists(usual) ? usual : null;
    }

    private X509Certificate2Collection Read(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
            if (roots.Count == 0)
            {
                roots.Add(X509CertificateLoader.LoadPkcs12FromFile(file, null));
            }

            return roots;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConnectionFileException("Root Certificate (sslrootcert)", connection.IsIsolated ? null : exception, exception);
        }
    }

    private bool Verify(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string host)
    {
        var all = connection.Settings.SslMode == SslMode.VerifyFull;
        if (!all)
        {
            errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
        }

        return errors == SslPolicyErrors.None ? true : throw new ServerCertificateException(Explain(certificate, chain, errors, host));
    }

    private static string Explain(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string host)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || certificate is null)
        {
            return "the server shows no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status)
                ?? X509ChainStatusFlags.NoError;
            return Explain(certificate, status);
        }

        return $"the server's certificate is for {Names(certificate)} and not for {host}; connect by a name that it is for, "
            + "or write SSL Mode=VerifyCA (sslmode=verify-ca)";
    }

    private static string Explain(X509Certificate certificate, X509ChainStatusFlags status) => status switch
    {
        _ when (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 =>
            "the authority that signed the server's certificate is not trusted; write Root Certificate=FILE (sslrootcert=FILE) with the "
            + "authority's certificate",
        _ when (status & X509ChainStatusFlags.NotTimeValid) != 0 =>
            "the server's certificate, or that of its authority, is not valid now: "
            + $"the server's is from {certificate.GetEffectiveDateString()} "
            + $"to {certificate.GetExpirationDateString()}",
        _ when (status & X509ChainStatusFlags.Revoked) != 0 => "the server's certificate was revoked",
        _ when (status & (X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation)) != 0 =>
            "nobody says whether the server's certificate was revoked (Check Certificate Revocation=true)",
        _ => $"the server's certificate is not valid: {status}",
    };

    // A server may write what it likes into it.
    private static string Names(X509Certificate certificate)
    {
        using var whole = new X509Certificate2(certificate);
        var alternatives = whole.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        List<string> names = [.. alternatives.SelectMany(names => names.EnumerateDnsNames())];
        names.AddRange(alternatives.SelectMany(addresses => addresses.EnumerateIPAddresses()).Select(address => address.ToString()));
        if (names.Count == 0)
        {
            names.Add(whole.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        }

        var shown = string.Join(", ", names.Take(NamesShown).Select(name => ConnectionFailure.OneLine(name)));
        return names.Count > NamesShown ? shown + ", ..." : shown;
    }
}
