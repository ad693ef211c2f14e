using System.Net;

namespace MetricsCollector.Security;

/// <summary>Where the settings have the service listen, in every way of saying so.</summary>
internal static class ListenAddresses
{
    private static readonly char[] Separators = [';', ','];

    /// <summary>The addresses at which more than this machine could ask.</summary>
    public static IReadOnlyList<string> OpenToOthers(IConfiguration configuration) =>
        [.. All(configuration).Where(address => !IsLoopback(address))];

    /// <summary>All of them, as they are written; none when no setting says where.</summary>
    public static List<string> All(IConfiguration configuration)
    {
        // As Kestrel chooses: endpoints win over addresses, addresses over ports.
        var endpoints = configuration.GetSection("Kestrel:Endpoints")
            .GetChildren()
            .Select(endpoint => endpoint["Url"])
            .OfType<string>()
            .ToList();
        if (endpoints.Count > 0)
        {
            return endpoints;
        }

        var urls = Split(configuration["urls"]);
        return urls.Count > 0
            ? urls
            : [.. Split(configuration["http_ports"])
                .Select(port => $"http://*:{port}"), .. Split(configuration["https_ports"])
                .Select(port => $"https://*:{port}")];
    }

    private static List<string> Split(string? text) =>
        [.. (text ?? string.Empty).Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool IsLoopback(string address)
    {
        try
        {
            var parsed = BindingAddress.Parse(address);
            return parsed.IsUnixPipe
                || parsed.IsNamedPipe
                || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            // Kestrel says itself what is wrong with it, and does not start.
            return true;
        }
    }
}
