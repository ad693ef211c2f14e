using System.Security.Claims;

namespace MetricsCollector.Security;

/// <summary>Who asks, as a principal: a name and the scopes, and nothing else of what a token may carry.</summary>
internal static class Caller
{
    private const string ScopeClaim = "metrics-collector/scope";

    /// <summary>Makes one.</summary>
    public static ClaimsPrincipal Of(string name, IEnumerable<Scope> scopes, string scheme) => new(new ClaimsIdentity(
        scopes.Select(scope => new Claim(ScopeClaim, Text(scope))).Prepend(new Claim(ClaimTypes.Name, name)), scheme));

    /// <summary>The widest scope of a caller; null without any.</summary>
    public static Scope? ScopeOf(ClaimsPrincipal caller) => caller.FindAll(ScopeClaim)
        .Select(claim => Parse(claim.Value))
        .Max();

    /// <summary>A scope as people write it.</summary>
    public static string Text(Scope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>A scope of a setting; null when there is none of that name.</summary>
    public static Scope? Parse(string text) => text switch
    {
        "read" => Scope.Read,
        "collect" => Scope.Collect,
        "admin" => Scope.Admin,
        _ => null,
    };
}
