using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api;

/// <summary>Reads the body of a request to collect.</summary>
internal static class CollectBody
{
    /// <summary>What is said of a body that is too large.</summary>
    public const string TooLarge = "The body is larger than 64 KiB; name fewer targets and metrics, or use globs.";

    /// <summary>What is said of a body that is no JSON.</summary>
    public const string NoJson = "The body is not JSON in UTF-8; send it with 'Content-Type: application/json'.";

    /// <summary>The body, or why it was refused; no body asks for everything.</summary>
    public static async Task<(CollectRequest Body, ProblemHttpResult? Refused)> ReadAsync(HttpContext context, ParameterErrors errors, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return (new CollectRequest(), null);
        }

        // The length may be left out, so what counts is what comes.
        var read = request.ContentLength > RequestLimits.MaxBodyBytes ? null : await ReadAsync(request.BodyReader, cancellationToken);
        if (read is null)
        {
            return (new CollectRequest(), TypedResults.Problem(TooLarge, statusCode: StatusCodes.Status413PayloadTooLarge));
        }

        if (!IsJson(request))
        {
            return (new CollectRequest(), TypedResults.Problem(NoJson, statusCode: StatusCodes.Status415UnsupportedMediaType));
        }

        try
        {
            var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            return (JsonSerializer.Deserialize<CollectRequest>(read, options) ?? new CollectRequest(), null);
        }
        catch (JsonException exception)
        {
            var place = exception.Path is { Length: > 2 } path ? ParameterTexts.Shown(path[2..]) : "body";
            errors.Refuse(place, """cannot be read; write for example { "targets": ["demo"], "metrics": ["database*"], "dryRun": true }""");
            return (new CollectRequest(), errors.Problem());
        }
    }

    private static async Task<byte[]?> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var read = await body.ReadAtLeastAsync(RequestLimits.MaxBodyBytes + 1, cancellationToken);
        var bytes = read.Buffer.Length > RequestLimits.MaxBodyBytes ? null : System.Buffers.BuffersExtensions.ToArray(read.Buffer);
        body.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    private static bool IsJson(HttpRequest request) =>
        request.HasJsonContentType()
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
}
