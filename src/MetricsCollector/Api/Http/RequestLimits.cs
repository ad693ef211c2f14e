using MetricsCollector.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MetricsCollector.Api.Http;

/// <summary>How large a request may be, and that every refusal is a problem that says what to write instead.</summary>
internal static class RequestLimits
{
    /// <summary>The largest body: far more than the longest list of names that makes sense.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    // Room for a parameter of ten thousand characters, each of up to nine when escaped: the parameter's own check says
    // more than the bare 414 of the web server.
    private const int MaxRequestLineBytes = 128 * 1024;

    // What is more than that is read by nobody: the web server answers with a bare 431.
    private const int MaxReadHeaderBytes = 4 * HeaderLimits.MaxBytes;
    private const int MaxReadHeaders = 10 * HeaderLimits.MaxCount;

    /// <summary>Sets the limits of the web server.</summary>
    public static void AddRequestLimits(this IServiceCollection services) => services.Configure<KestrelServerOptions>(kestrel =>
    {
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;

        // More than is answered, so that what goes a little too far is refused in words.
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxReadHeaderBytes;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MaxReadHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxReadHeaders;
        kestrel.Limits.MaxRequestBodySize = 2 * MaxBodyBytes;
        kestrel.AddServerHeader = false;
    });

    /// <summary>Answers every error as a problem, whatever the client accepts.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // The client, or a store that is away, is to blame, and who asked has been told; a line for each would let anybody fill the
            // log.
            SuppressDiagnosticsCallback = context =>
                context.Exception is Microsoft.AspNetCore.Http.BadHttpRequestException or StoreUnavailableException,
            StatusCodeSelector = exception =>
                exception is Microsoft.AspNetCore.Http.BadHttpRequestException bad
                    ? bad.StatusCode
                    : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages(context => StatusCodeProblems.Problem(context.HttpContext).ExecuteAsync(context.HttpContext));
    }
}
