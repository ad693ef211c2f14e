using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

[Trait("PostgreSQL", "any")]
public sealed class TlsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_is_reached_by_tls_with_a_certificate_of_the_settings()
    {
        using var directory = new TemporaryDirectory();
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(directory.File("tls.crt"), certificate.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(directory.File("tls.key"), key.ExportPkcs8PrivateKeyPem(), Cancellation);
        await using var collector = ServiceProcess.Start(directory, new Dictionary<string, string>
        {
            ["Kestrel:Certificates:Default:Path"] = directory.File("tls.crt"),
            ["Kestrel:Certificates:Default:KeyPath"] = directory.File("tls.key"),
        }, "https");
        using var handler = new HttpClientHandler();
        handler.ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint;
        using var client = new HttpClient(handler) { BaseAddress = collector.Client.BaseAddress };
        HttpResponseMessage? answer = null;
        await Eventually.TrueAsync(async () => (answer = await TryAsync(client)) is not null, "the service answers by TLS");
        Assert.Equal(HttpStatusCode.OK, answer!.StatusCode);
        Assert.False(answer.Headers.Contains("Server"));
        answer.Dispose();
    }

    private static async Task<HttpResponseMessage?> TryAsync(HttpClient client)
    {
        try
        {
            return await client.GetAsync(new Uri("/healthz", UriKind.Relative), Cancellation);
        }
        catch (HttpRequestException exception) when (exception.InnerException is System.Net.Sockets.SocketException)
        {
            return null;
        }
    }
}
