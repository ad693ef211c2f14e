namespace MetricsCollector.Security;

/// <summary>Tells requests that a reverse proxy on this machine collections on: their address is the proxy's, whoever asks.</summary>
internal static class Proxied
{
    private static readonly string[] Names =
        ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP"];

    // The second is what ASP.NET leaves of the first when it has used it.
    private static readonly string[] Prefixes = ["X-Forwarded-", "X-Original-", "X-Envoy-"];

    /// <summary>Whether a request came through a proxy.</summary>
    public static bool Is(HttpRequest request)
    {
        // nginx adds no header unless told to, and speaks HTTP/1.0 unless told otherwise.
        if (HttpProtocol.IsHttp10(request.Protocol) || HttpProtocol.IsHttp09(request.Protocol))
        {
            return true;
        }

        foreach (var (name, _) in request.Headers)
        {
            if (Names.Contains(name, StringComparer.OrdinalIgnoreCase)
                || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}
