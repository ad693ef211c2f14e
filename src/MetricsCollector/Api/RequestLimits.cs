using MetricsCollector.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MetricsCollector.Api;

/// <summary>How large a request may be, and that every refusal is a problem that says what to write instead.</summary>
internal static class RequestLimits
{
    /// <summary>The largest body: far more than the longest list of names that makes sense.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    // Room for a parameter of ten thousand characters, each of up to nine when escaped: the parameter's own check says
    // more than the bare 414 of the web server.
    private const int MaxRequestLineBytes = 128 * 1024;

    /// <summary>Sets the limits of the web server.</summary>
    public static void AddRequestLimits(this IServiceCollection services) => services.Configure<KestrelServerOptions>(kestrel =>
    {
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;

        // A little more than is read, so that the endpoint refuses it in words.
        kestrel.Limits.MaxRequestBodySize = 2 * MaxBodyBytes;
        kestrel.AddServerHeader = false;
    });

    /// <summary>Answers every error as a problem, whatever the client accepts.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // The client, or a store that is away, is to blame, and who asked has been told; a line for each would let anybody fill the log.
            SuppressDiagnosticsCallback = context => context.Exception is Microsoft.AspNetCore.Http.BadHttpRequestException or StoreUnavailableException,
            StatusCodeSelector = exception => exception is Microsoft.AspNetCore.Http.BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages(context => TypedResults.Problem(statusCode: context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
    }
}
