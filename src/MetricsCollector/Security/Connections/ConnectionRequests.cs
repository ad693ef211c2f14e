using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Security.Connections;

/// <summary>Tells <see cref="ConnectionPlaces"/> which connections have a request, and refuses requests beyond its bound.</summary>
internal static class ConnectionRequests
{
    private const string RetryAfterSeconds = "5";

    // Nothing of these takes long or holds a connection.
    private static readonly string[] Health = ["/healthz", "/readyz"];

    /// <summary>Adds it. It stands before everything that takes time.</summary>
    public static void UseConnectionPlaces(this WebApplication app)
    {
        var places = app.Services.GetRequiredService<ConnectionPlaces>();
        app.Use(async (context, next) =>
        {
            // Without the web server, as in tests, there are no connections.
            if (context.Features.Get<ConnectionPlace>() is not { } place)
            {
                await next(context);
                return;
            }

            var free = places.Begin(place);
            try
            {
                var health = Health.Contains(context.Request.Path.Value, StringComparer.OrdinalIgnoreCase);
                await (free || health ? next(context) : RefuseAsync(context));
            }
            finally
            {
                places.End(place);
            }
        });
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
        context.Response.Headers[HeaderNames.Connection] = "close";
        return TypedResults.Problem(
            "As many connections as Security:MaxConnections allows have a request in progress; come back later, or raise it.",
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "Too many connections").ExecuteAsync(context);
    }
}
