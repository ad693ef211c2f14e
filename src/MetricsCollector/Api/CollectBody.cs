using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>Reads the body of a request to collect.</summary>
internal static class CollectBody
{
    // Far more than the longest list of names that makes sense.
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>The body, or why it was refused; no body asks for everything.</summary>
    public static async Task<(CollectRequest Body, ProblemHttpResult? Refused)> ReadAsync(HttpRequest request, ParameterErrors errors, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return (new CollectRequest(), null);
        }

        if (request.ContentLength > MaxBodyBytes)
        {
            return (new CollectRequest(), TypedResults.Problem("The body is larger than 64 KiB; name fewer targets and metrics, or use globs.", statusCode: StatusCodes.Status413PayloadTooLarge));
        }

        if (!request.HasJsonContentType())
        {
            return (new CollectRequest(), TypedResults.Problem("The body is not JSON; send it with 'Content-Type: application/json'.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        }

        try
        {
            return (await request.ReadFromJsonAsync<CollectRequest>(cancellationToken) ?? new CollectRequest(), null);
        }
        catch (JsonException exception)
        {
            var place = exception.Path is { Length: > 2 } path ? path[2..] : "body";
            errors.Refuse(place, """cannot be read; write for example { "targets": ["demo"], "metrics": ["database*"], "dryRun": true }""");
            return (new CollectRequest(), errors.Problem());
        }
    }
}
