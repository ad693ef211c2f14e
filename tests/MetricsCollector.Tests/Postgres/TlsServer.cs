using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MetricsCollector.Tests.Postgres;

/// <summary>Speaks PostgreSQL's protocol as far as TLS goes, with a certificate of its own, and then says goodbye.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly bool _tls;
    private readonly Task _serving;

    private TlsServer(X509Certificate2 certificate, bool tls)
    {
        (_certificate, _tls) = (certificate, tls);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>What it says to whoever gets through TLS.</summary>
    public const string Goodbye = "the stand-in lets nobody in";

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Its certificate, as a file of trusted authorities has it.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Starts one.</summary>
    /// <param name="name">Whom its certificate is for.</param>
    /// <param name="days">For how many days from now it is valid.</param>
    /// <param name="tls">Whether it speaks TLS.</param>
    public static TlsServer Start(string name, int days = 1, bool tls = true)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(Math.Min(0, days) - 2), now.AddDays(days));
        return new TlsServer(X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null), tls);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped: a listener that is stopped in between says that it is not listening.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            await using var plain = client.GetStream();
            var request = new byte[8];
            await plain.ReadExactlyAsync(request, _stop.Token);
            await plain.WriteAsync(new[] { (byte)(_tls ? 'S' : 'N') }, _stop.Token);
            if (_tls)
            {
                await using var secure = new SslStream(plain);
                await secure.AuthenticateAsServerAsync(_certificate, clientCertificateRequired: false, checkCertificateRevocation: false);
                var length = new byte[4];
                await secure.ReadExactlyAsync(length, _stop.Token);
                await secure.ReadExactlyAsync(new byte[(length[2] << 8) + length[3] - 4], _stop.Token);
                await secure.WriteAsync(Error(), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // The client saw enough.
        }
    }

    private static byte[] Error()
    {
        var body = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C28000\0M{Goodbye}\0\0");
        return [(byte)'E', 0, 0, 0, (byte)(body.Length + 4), .. body];
    }
}
