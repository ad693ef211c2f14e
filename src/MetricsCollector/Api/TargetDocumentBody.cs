using System.Text.Json;
using MetricsCollector.Targets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>Reads the body of a request that names a target.</summary>
internal static class TargetDocumentBody
{
    private const int MaxBodyBytes = 64 * 1024;

    private const string Example = """{ "connectionString": "Host=db1;Username=metrics_collector;Password=...;Database=postgres", "preset": "standard" }""";

    /// <summary>The body, null when there is none, or why it was refused.</summary>
    public static async Task<(TargetDocument? Body, ProblemHttpResult? Refused)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return (null, null);
        }

        if (request.ContentLength is null or > MaxBodyBytes)
        {
            return (null, TypedResults.Problem("The body has no length or is larger than 64 KiB; send a shorter one with Content-Length.", statusCode: StatusCodes.Status413PayloadTooLarge));
        }

        if (!request.HasJsonContentType())
        {
            return (null, TypedResults.Problem("The body is not JSON; send it with 'Content-Type: application/json'.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        }

        try
        {
            return (await request.ReadFromJsonAsync<TargetDocument>(cancellationToken), null);
        }
        catch (JsonException exception)
        {
            var errors = new ParameterErrors();
            errors.Refuse(exception.Path is { Length: > 2 } path ? path[2..] : "body", $"cannot be read; write for example {Example}");
            return (null, errors.Problem());
        }
    }

    /// <summary>The target that a body names; null with a problem that names every wrong field.</summary>
    public static (Target? Target, ProblemHttpResult? Refused) ToTarget(TargetDocument body, string name)
    {
        var errors = new ParameterErrors();
        var target = body.ToTarget(name, (setting, message) => errors.Refuse(
            setting == "Name" ? "target" : JsonNamingPolicy.CamelCase.ConvertName(setting), message.TrimEnd('.')));
        return (target, errors.Problem());
    }
}
