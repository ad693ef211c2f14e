using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MetricsCollector.Tests.Security;

/// <summary>An OpenID Connect issuer as far as a service sees it: where its keys are, and tokens signed with one of them.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Audience = "metrics";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly RsaSecurityKey _key;
    private readonly WebApplication _app;

    private Issuer()
    {
        _key = new RsaSecurityKey(_rsa) { KeyId = "one" };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet(
            "/.well-known/openid-configuration",
            () => Results.Text($$"""{"issuer":"{{Address}}","jwks_uri":"{{Address}}/keys"}""", "application/json"));
        var parameters = _rsa.ExportParameters(false);
        var (modulus, exponent) = (Base64UrlEncoder.Encode(parameters.Modulus), Base64UrlEncoder.Encode(parameters.Exponent));
        _app.MapGet("/keys", () => Results.Text(
            $$"""
            { "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": "{{modulus}}", "e": "{{exponent}}" }] }
            """,
            "application/json"));
    }

    public string Address => _app.Urls.First();

    public static async Task<Issuer> StartAsync()
    {
        var issuer = new Issuer();
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>A token; its claim <c>scope</c> says what is given.</summary>
    public string Token(string? scope, string audience = Audience, int validMinutes = 5)
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = audience,
            NotBefore = DateTime.UnixEpoch,
            Expires = TimeProvider.System.GetUtcNow().AddMinutes(validMinutes).UtcDateTime,
            Claims = scope is null
                ? new Dictionary<string, object> { ["sub"] = "nobody" }
                : new Dictionary<string, object> { ["sub"] = "somebody", ["scope"] = scope },
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }
}
