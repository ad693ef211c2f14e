namespace MetricsCollector.Security;

/// <summary>Bearer tokens of an OpenID Connect issuer, section <c>Security:Jwt</c>.</summary>
public sealed class JwtOptions
{
    /// <summary>The issuer, such as <c>https://login.example.org/realms/ops</c>; its keys are found by
    /// <c>/.well-known/openid-configuration</c>. Default none.</summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>What a token's <c>aud</c> must name. Required with <see cref="Authority"/>.</summary>
    public string Audience { get; set; } = string.Empty;

    /// <summary>The claim that holds the scopes, as a list or separated by spaces. Default <c>scope</c>.</summary>
    public string ScopeClaim { get; set; } = "scope";

    /// <summary>The claim's value that gives each scope, such as <c>read</c>: <c>metrics.read</c>. Default: the scope's own name.</summary>
    public Dictionary<string, string> Scopes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether tokens are taken.</summary>
    public bool IsSet => Authority.Length > 0;
}
