using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Security;

/// <summary>Answers 401 and 403 as problem+json that says what to send.</summary>
internal sealed class AuthorizationProblems(Access access, RefusalLog refusals) : IAuthorizationMiddlewareResultHandler
{
    /// <inheritdoc />
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        return access.NeedsKey && context.User.Identity?.IsAuthenticated != true ? NoKeyAsync(context) : ForbiddenAsync(context);
    }

    private Task NoKeyAsync(HttpContext context)
    {
        var presented = RequestCredentials.Of(context.Request) is not null;
        var why = presented
            ? access.TakesToken(context.Request)
                ? "The token is not valid: expired, of another issuer or for another audience."
                : "The key is unknown or was revoked."
            : RequestCredentials.IsAny(context.Request) ? "The credentials have a form that is not known here." : "No key was sent.";
        if (presented)
        {
            refusals.Report(CallerAddress.Of(context), why);
        }

        // RFC 6750: an error is named only to who sent a token.
        context.Response.Headers.Append(
            HeaderNames.WWWAuthenticate,
            presented ? "Bearer realm=\"MetricsCollector\", error=\"invalid_token\"" : "Bearer realm=\"MetricsCollector\"");
        if (context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase)))
        {
            // Browsers ask their user; programs would only be confused by a second way.
            context.Response.Headers.Append(
                HeaderNames.WWWAuthenticate, "Basic realm=\"MetricsCollector: any name, an API key as password\", charset=\"UTF-8\"");
        }

        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return AnswerAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "Not authenticated",
            $"{why} Send an API key as 'X-Api-Key: KEY' or 'Authorization: Bearer KEY', "
                + "or a token of the issuer as 'Authorization: Bearer TOKEN'.");
    }

    private Task ForbiddenAsync(HttpContext context)
    {
        var needed = Caller.Text(NeedsScope.Of(context));
        var outside = !access.NeedsKey && !access.IsOpenTo(context);
        if (outside)
        {
            refusals.Report(
                CallerAddress.Of(context),
                "no key is set, so only requests from this machine that came through no proxy are answered.");
        }

        var detail = (outside, Proxied.Is(context.Request)) switch
        {
            (true, true) => "The request came through a proxy and no key is set, so only this machine is answered; "
                + "set Security:Keys, or Security:AllowAnonymous to true where everybody may ask.",
            (true, false) => "No key is set, so only this machine is answered; "
                + "set Security:Keys, or Security:AllowAnonymous to true where everybody may ask.",
            _ when CrossSite.Is(context.Request) =>
                "The request was sent by a page of another site, which may not have anything done here.",
            _ => $"'{context.User.Identity?.Name}' may "
                + $"{Caller.ScopeOf(context.User) switch { null => "do nothing", var scope => Caller.Text(scope.Value) }}, and this needs "
                + $"the scope '{needed}'; send a key or token that has it.",
        };
        return AnswerAsync(context, StatusCodes.Status403Forbidden, "Not allowed", detail);
    }

    private static Task AnswerAsync(HttpContext context, int status, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title).ExecuteAsync(context);
}
