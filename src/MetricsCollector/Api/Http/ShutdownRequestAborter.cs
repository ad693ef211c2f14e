using MetricsCollector.Collection.Settings;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Api.Http;

/// <summary>
/// Ends requests when the program stops: what has no end at once, everything else after a quarter of
/// <see cref="CollectionOptions.StopTimeout"/>.
/// The web server would wait for them all that time, and leave none to store what was collected.
/// </summary>
internal static class ShutdownRequestAborter
{
    private const int Share = 4;

    /// <summary>Adds it.</summary>
    public static void UseRequestsAtStop(this WebApplication app)
    {
        var timeout = app.Services.GetRequiredService<IOptions<CollectionOptions>>().Value.StopTimeout.Value / Share;
        var enough = new CancellationTokenSource();
        app.Lifetime.ApplicationStopping.Register(() => enough.CancelAfter(timeout));
        app.Use(async (context, next) =>
        {
            var end = context.GetEndpoint()?.Metadata.GetMetadata<DisableRequestTimeoutAttribute>() is null
                ? enough.Token
                : app.Lifetime.ApplicationStopping;
            await using var _ = end.Register(context.Abort);
            await next(context);
        });
    }
}
