using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Security;

/// <summary>Takes tokens of the issuer of the settings, and of each only the name and the scopes.</summary>
internal sealed class JwtSetup(IOptions<SecurityOptions> options) : IConfigureNamedOptions<JwtBearerOptions>
{
    /// <summary>
    /// How long after its end a token still collections. Clocks that follow NTP differ by far less; the library's own default is five
    /// minutes.
    /// </summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public void Configure(JwtBearerOptions options) => Configure(JwtBearerDefaults.AuthenticationScheme, options);

    /// <inheritdoc />
    public void Configure(string? name, JwtBearerOptions jwt)
    {
        var settings = options.Value.Jwt;
        if (name != JwtBearerDefaults.AuthenticationScheme || !settings.IsSet)
        {
            return;
        }

        jwt.Authority = settings.Authority;
        jwt.Audience = settings.Audience;
        jwt.MapInboundClaims = false;
        jwt.TokenValidationParameters.ClockSkew = ClockSkew;

        // On this machine nobody listens in; everywhere else the keys of the issuer must come from the issuer.
        jwt.RequireHttpsMetadata = !(Uri.TryCreate(settings.Authority, UriKind.Absolute, out var authority) && authority.IsLoopback);
        jwt.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                context.Principal = CallerOf(context.Principal!, settings);
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>The caller of a valid token.</summary>
    internal static ClaimsPrincipal CallerOf(ClaimsPrincipal token, JwtOptions settings)
    {
        var granted = token.FindAll(settings.ScopeClaim)
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToHashSet(StringComparer.Ordinal);
        var scopes = Enum.GetValues<Scope>().Where(scope => granted.Contains(
            settings.Scopes.GetValueOrDefault(Caller.Text(scope), Caller.Text(scope))));
        return Caller.Of(
            token.FindFirstValue("sub") ?? token.FindFirstValue("client_id") ?? "token", scopes, JwtBearerDefaults.AuthenticationScheme);
    }
}
