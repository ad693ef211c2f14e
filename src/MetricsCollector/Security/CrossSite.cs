namespace MetricsCollector.Security;

/// <summary>Tells requests that a browser sends for somebody else's page: they carry the user's sign-in, or the user's being on this
/// machine, without the user's will.</summary>
internal static class CrossSite
{
    /// <summary>Whether a request is one; only browsers say so.</summary>
    public static bool Is(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } site, ..])
        {
            return site is not ("same-origin" or "none");
        }

        // Over plain HTTP browsers only name where the page is from.
        return request.Headers.Origin is [{ } origin, ..]
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
