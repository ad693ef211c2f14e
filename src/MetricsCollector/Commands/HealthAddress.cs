using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using MetricsCollector.Security;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Commands;

/// <summary>Where a service is asked whether it is alive.</summary>
/// <param name="Url">The address.</param>
/// <param name="Host">The name to ask by; null for that of the address.</param>
/// <param name="Socket">The Unix socket behind it; null where there is none.</param>
/// <param name="Own">Whether it is of this machine by the settings, so that any certificate will do.</param>
internal sealed record HealthAddress(Uri Url, string? Host = null, string? Socket = null, bool Own = false)
{
    private const string Path = "/healthz";

    /// <summary>
    /// Reads what a person writes: an address without a path means <c>/healthz</c>, one without a scheme http; null when it is none.
    /// </summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url.AbsolutePath == "/" ? new Uri(url, Path) : url
            : null;

    /// <summary>The addresses at which a service with the same settings listens.</summary>
    /// <param name="arguments">Settings of the command line.</param>
    /// <exception cref="InvalidDataException">The settings name none that can be asked.</exception>
    public static IReadOnlyList<HealthAddress> OfSettings(string[] arguments)
    {
        var configuration = Read(arguments);
        var listening = ListenAddresses.All(configuration);
        var host = HostThatIsAnswered(configuration["AllowedHosts"]);
        var texts = listening.Count == 0 ? [CollectorHost.DefaultUrl] : listening;
        IReadOnlyList<HealthAddress> addresses = [.. texts.Select(text => Of(text, host)).OfType<HealthAddress>()];
        return addresses.Count > 0
            ? addresses
            : throw new InvalidDataException(
                $"None of the addresses that the settings name can be asked ({string.Join(", ", texts)}); "
                    + "write --url http://localhost:5080/healthz");
    }

    /// <summary>Asks.</summary>
    /// <returns>Null when it is alive, else what is wrong.</returns>
    public async Task<string?> ExecuteAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };

        // The certificate is for the name by which others know the service; asking this machine, nobody is in between.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) =>
            errors == SslPolicyErrors.None || Own || Url.IsLoopback;

        if (Socket is { } path)
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(path, token);
        }

        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, Url) { Headers = { Host = Host } };
        try
        {
            using var answer = await client.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"{Url} answered {(int)answer.StatusCode}";
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            var reason = exception is OperationCanceledException ? "the time is over" : (exception.InnerException ?? exception).Message;
            return $"{Url} does not answer: {reason}";
        }
    }

    // A file that was edited badly does not stop a service that runs, and so must not make it look dead.
    private static IConfiguration Read(string[] arguments)
    {
        try
        {
            return CollectorHost.CreateBuilder(new HostSettings(arguments) { Quiet = true }).Configuration;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or OptionsValidationException
            or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new ConfigurationBuilder()
                .AddEnvironmentVariables("DOTNET_")
                .AddEnvironmentVariables("ASPNETCORE_")
                .AddEnvironmentVariables()
                .AddCommandLine(arguments)
                .Build();
        }
    }

    private static HealthAddress? Of(string text, string? host)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            if (address.IsNamedPipe || (address.Port == 0 && !address.IsUnixPipe))
            {
                return null;
            }

            var place = address.IsUnixPipe ? "localhost" : $"{ToAsk(address.Host)}:{address.Port}";
            return new HealthAddress(
                new Uri($"{address.Scheme}://{place}{Path}"),
                host,
                address.IsUnixPipe ? address.UnixPipePath : null,
                Own: true);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // As Kestrel binds: whatever is neither an address nor localhost stands for all addresses of the machine.
    private static string ToAsk(string host) =>
        IPAddress.TryParse(host, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : host
            : "localhost";

    private static string? HostThatIsAnswered(string? allowed)
    {
        var hosts = (allowed ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return hosts.Length == 0 || hosts.Contains("*") || hosts.Contains("localhost", StringComparer.OrdinalIgnoreCase)
            ? null
            : hosts[0].Replace("*.", "health.", StringComparison.Ordinal);
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
