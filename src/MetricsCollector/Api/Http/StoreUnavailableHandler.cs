using MetricsCollector.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Http;

/// <summary>Answers 503 with a time to come back when the store cannot answer.</summary>
internal sealed class StoreUnavailableHandler : IExceptionHandler
{
    // As long as a restart of PostgreSQL usually takes; the store is asked again by every request.
    private const string RetryAfterSeconds = "5";

    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not StoreUnavailableException)
        {
            return false;
        }

        httpContext.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
        await TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The store cannot answer")
            .ExecuteAsync(httpContext);
        return true;
    }
}
