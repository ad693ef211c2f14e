using System.Net;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Security;

/// <summary>What the settings say about who may ask.</summary>
internal sealed class Access(IOptions<SecurityOptions> options, Callers callers)
{
    /// <summary>Whether callers must say who they are.</summary>
    public bool NeedsKey => callers.Keys.Count > 0 || options.Value.Jwt.IsSet;

    /// <summary>Whether a request without a key is let in.</summary>
    public bool IsOpenTo(HttpContext context) => !NeedsKey && (options.Value.AllowAnonymous || IsOfThisMachine(context));

    /// <summary>Whether the credentials of a request are a token of the issuer, and not a key.</summary>
    public bool TakesToken(HttpRequest request) => options.Value.Jwt.IsSet && RequestCredentials.IsToken(request);

    /// <summary>
    /// Whether a request comes from this machine, and not through a reverse proxy on it; a Unix socket has no address and is of this
    /// machine.
    /// </summary>
    public static bool IsOfThisMachine(HttpContext context) =>
        (context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address)) && !Proxied.Is(context.Request);
}
