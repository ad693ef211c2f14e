using System.Net.Http.Headers;
using System.Text;

namespace MetricsCollector.Security;

/// <summary>The credentials of a request: the header <c>X-Api-Key</c>, <c>Authorization: Bearer</c>, or <c>Basic</c> with the key as
/// password, which browsers can send.</summary>
internal static class RequestCredentials
{
    /// <summary>The header of a key.</summary>
    public const string Header = "X-Api-Key";

    /// <summary>The key of a request; null without one.</summary>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers[Header] is [{ Length: > 0 } key, ..])
        {
            return key.Trim();
        }

        return Authorization(request) switch
        {
            { Parameter: { Length: > 0 } token } bearer when IsScheme(bearer, "Bearer") => token,
            { Parameter: { Length: > 0 } encoded } basic when IsScheme(basic, "Basic") => PasswordOf(encoded),
            _ => null,
        };
    }

    /// <summary>Whether a request carries credentials of any form, readable or not.</summary>
    public static bool IsAny(HttpRequest request) => request.Headers.ContainsKey(Header) || request.Headers.Authorization.Count > 0;

    /// <summary>Whether a request carries what looks like a JSON Web Token: three parts, the first an encoded JSON object.</summary>
    public static bool IsToken(HttpRequest request) =>
        !request.Headers.ContainsKey(Header)
        && Authorization(request) is { Parameter: { } token } bearer
        && IsScheme(bearer, "Bearer")
        && token.StartsWith("eyJ", StringComparison.Ordinal)
        && token.Count(character => character == '.') == 2;

    private static AuthenticationHeaderValue? Authorization(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) ? header : null;

    private static bool IsScheme(AuthenticationHeaderValue header, string scheme) =>
        header.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    private static string? PasswordOf(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : text[(colon + 1)..].Trim();
    }
}
