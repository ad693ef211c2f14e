namespace MetricsCollector.Api.Http;

/// <summary>HEAD wherever there is GET, as HTTP has it: what checks whether an address answers often asks so.</summary>
internal static class HeadRequests
{
    /// <summary>Finds the endpoint of a HEAD request as that of a GET; the web server sends no body to it whatever is written.</summary>
    public static void UseHeadRequests(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });

        // Without this the endpoint would be looked up before.
        app.UseRouting();
    }
}
