using MetricsCollector.Snapshots;

namespace MetricsCollector.Security;

/// <summary>Settings of who may ask and how much, section <c>Security</c>.</summary>
public sealed class SecurityOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Security";

    /// <summary>The API keys. Default none: the service then answers this machine only.</summary>
    public IList<KeyOptions> Keys { get; } = [];

    /// <summary>Bearer tokens of an OpenID Connect issuer. Default none.</summary>
    public JwtOptions Jwt { get; set; } = new();

    /// <summary>Whether everybody may ask everything when there is neither key nor issuer, from any address. Default false.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// Whether connection strings of targets that are named over the API may name files of this machine: certificates, keys, passfiles,
    /// services.
    /// Default false.
    /// </summary>
    public bool AllowTargetFiles { get; set; }

    /// <summary>How many requests a minute one key, or one address without a key, may send; more get 429 and when to come back. Default
    /// 6,000, 1 to 1,000,000.</summary>
    public int RequestsPerMinute { get; set; } = 6000;

    /// <summary>
    /// How many connections may have a request in progress at once. At the limit, those that have waited longest without one are closed.
    /// Default 1,000, 1 to 100,000.
    /// </summary>
    public int MaxConnections { get; set; } = 1000;

    /// <summary>How long a client may take to send the headers of a request. Default 10 s, 1 s to 10 minutes.</summary>
    public Duration HeadersTimeout { get; set; } = new(TimeSpan.FromSeconds(10));

    /// <summary>How long an answer may take; streams have no end. Default 5 minutes, 1 s to 1 day.</summary>
    public Duration RequestTimeout { get; set; } = new(TimeSpan.FromMinutes(5));
}
