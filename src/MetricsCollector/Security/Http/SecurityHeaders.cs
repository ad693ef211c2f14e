using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Security.Http;

/// <summary>Puts on every answer what keeps browsers from doing more with it than it is for.</summary>
internal static class SecurityHeaders
{
    // Data is no page: whatever a browser makes of it may do nothing.
    private const string ForData = "default-src 'none'; frame-ancestors 'none'";

    // Pages of this service bring their own scripts; Swagger UI writes styles and pictures into the page.
    private const string ForPages =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Adds them.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            var page = response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
            response.Headers.ContentSecurityPolicy = page ? ForPages : ForData;
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.XFrameOptions = "DENY";
            response.Headers["Referrer-Policy"] = "no-referrer";
            response.Headers.Remove(HeaderNames.Server);
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    });
}
