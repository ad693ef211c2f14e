namespace MetricsCollector.Security.Http;

/// <summary>Says in words why a <c>Host</c> is not answered: the filter itself, which stands before everything else, leaves a bare
/// status.</summary>
internal sealed class HostRefusal : IStartupFilter
{
    private const string Detail =
        "This Host is not answered. Ask by a name that the setting AllowedHosts has, or add this one to it; without a key that is "
            + "localhost, 127.0.0.1 and [::1] unless told otherwise.";

    /// <inheritdoc />
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseSecurityHeaders();
        app.Use(static async (context, filtered) =>
        {
            await filtered(context);

            // Whatever passes the filter has said in words what is wrong with it.
            if (context.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false })
            {
                await TypedResults.Problem(Detail, statusCode: StatusCodes.Status400BadRequest, title: "Host not allowed")
                    .ExecuteAsync(context);
            }
        });
        next(app);
    };
}
