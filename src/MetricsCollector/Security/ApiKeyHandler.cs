using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Security;

/// <summary>Signs callers in by their key.</summary>
internal sealed class ApiKeyHandler(
    KeyRing keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "ApiKey";

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (RequestCredentials.Of(Request) is not { } key)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        return Task.FromResult(keys.Find(key) is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(
                Caller.Of(caller.Name, caller.Scopes.Select(Caller.Parse).OfType<Scope>(), SchemeName), SchemeName))
            : AuthenticateResult.Fail("The key is unknown or was revoked."));
    }
}
