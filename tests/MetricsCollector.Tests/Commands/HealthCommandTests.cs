using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetricsCollector.Tests.EndToEnd;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Commands;

/// <summary><c>health</c> beside the real program, started with the same settings in every way that says where to listen.</summary>
[Trait("PostgreSQL", "any")]
public sealed class HealthCommandTests
{
    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://+:{0}", null)]
    [InlineData("ASPNETCORE_HTTP_PORTS", "{0}", null)]
    [InlineData("Kestrel:Endpoints:Web:Url", "http://*:{0}", "metrics.example.com")]
    [InlineData("urls", "http://unix:{1}", null)]
    [InlineData("ASPNETCORE_URLS", "https://[::]:{0}", null)]
    public async Task It_asks_where_the_settings_have_the_service_listen(string setting, string value, string? allowedHosts)
    {
        using var directory = new TemporaryDirectory();
        var port = FreePort();
        var settings = new Dictionary<string, string>
        {
            [setting] = string.Format(CultureInfo.InvariantCulture, value, port, directory.File("s")),
            ["Security:AllowAnonymous"] = "true",
            ["Log:Path"] = string.Empty,
        };
        if (allowedHosts is not null)
        {
            settings["AllowedHosts"] = allowedHosts;
        }

        if (value.StartsWith("https", StringComparison.Ordinal))
        {
            settings["Kestrel:Certificates:Default:Path"] = await CertificateAsync(directory.File("certificate.pfx"));
            settings["Kestrel:Certificates:Default:Password"] = "changeit";
        }

        Assert.Equal(1, (await HealthAsync(directory, settings)).ExitCode);
        await using (var service = CollectorProcess.Start(directory, settings))
        {
            await ListensAsync(service);
            await Eventually.TrueAsync(async () => (await HealthAsync(directory, settings)).ExitCode == 0, "the service is healthy");
        }

        Assert.Contains("does not answer", (await HealthAsync(directory, settings)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_asks_the_address_it_is_given_and_the_one_of_the_command_line()
    {
        using var directory = new TemporaryDirectory();
        var address = $"http://127.0.0.1:{FreePort()}";
        var none = new Dictionary<string, string>();
        await using (var service = CollectorProcess.Start(directory, none, "--urls", address))
        {
            await ListensAsync(service);
            await Eventually.TrueAsync(
                async () => (await HealthAsync(directory, none, "--url", address + "/healthz")).ExitCode == 0, "the service is healthy");
            Assert.Equal((0, "alive"), await HealthAsync(directory, none, "--url", address[7..]));
            Assert.Equal((0, "alive"), await HealthAsync(directory, none, "--urls", address));

            // A settings file that was broken while the service runs does not make it look dead.
            await File.WriteAllTextAsync(directory.File("appsettings.json"), "{ broken", TestContext.Current.CancellationToken);
            Assert.Equal((0, "alive"), await HealthAsync(directory, none, "--urls", address));
            Assert.Equal(
                (1, $"{address}/api/v1/nothing answered 404"), await HealthAsync(directory, none, "--url", address + "/api/v1/nothing"));
        }

        Assert.Equal(1, (await HealthAsync(directory, none, "--url", address)).ExitCode);
    }

    // Asking by a process of its own again and again would take the core that the service needs to start.
    private static Task ListensAsync(CollectorProcess service) => Eventually.TrueAsync(
        () => Task.FromResult(service.Text.Contains("Now listening on", StringComparison.Ordinal)), "the service listens");

    private static async Task<(int ExitCode, string Output)> HealthAsync(
        TemporaryDirectory directory, Dictionary<string, string> settings, params string[] arguments)
    {
        var (code, output, errors) = await CollectorProcess.RunAsync(directory, settings, ["health", .. arguments]);
        Assert.Equal(string.Empty, errors);
        return (code, output.TrimEnd());
    }

    private static async Task<string> CertificateAsync(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=metrics.example.com", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx, "changeit"), TestContext.Current.CancellationToken);
        return path;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
