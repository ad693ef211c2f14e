using System.IO.Pipelines;
using System.Reflection;
using System.Text.Json;
using MetricsCollector.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Http;

/// <summary>Reads the JSON body of a request, and says in words why one is refused.</summary>
internal static class JsonBody
{
    /// <summary>What is said of a body that is too large.</summary>
    public const string TooLarge = "The body is larger than 64 KiB; send less.";

    /// <summary>What is said of a body that is no JSON.</summary>
    public const string NoJson = "The body is not JSON in UTF-8; send it with 'Content-Type: application/json'.";

    /// <summary>The body, null when there is none, or why it was refused.</summary>
    /// <param name="context">The request.</param>
    /// <param name="example">A body that would be read.</param>
    /// <param name="errors">Takes what is wrong with it, beside what is wrong with the parameters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<(T? Body, ProblemHttpResult? Refused)> ReadAsync<T>(
        HttpContext context, string example, ParameterErrors errors, CancellationToken cancellationToken)
        where T : class
    {
        var request = context.Request;
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return (null, null);
        }

        // The length may be left out, so what counts is what comes.
        var read = request.ContentLength > RequestLimits.MaxBodyBytes ? null : await ReadAsync(request.BodyReader, cancellationToken);
        if (read is null)
        {
            return (null, TypedResults.Problem(TooLarge, statusCode: StatusCodes.Status413PayloadTooLarge));
        }

        if (!IsJson(request))
        {
            return (null, TypedResults.Problem(NoJson, statusCode: StatusCodes.Status415UnsupportedMediaType));
        }

        try
        {
            return (JsonSerializer.Deserialize<T>(
                read, context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions), null);
        }
        catch (JsonException exception)
        {
            var field = exception.Path is { Length: > 2 } path ? path[2..] : null;
            errors.Refuse(field is null ? "body" : ParameterTexts.Shown(field), Explain<T>(field, example));
            return (null, errors.Problem());
        }
    }

    private static string Explain<T>(string? field, string example)
    {
        var known = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
            .ToList();

        // A path that is more than a name leads to a value below a field that is known, or to a name that no field has.
        return field is null || known.Exists(BeginsField)
            ? $"cannot be read; write for example {example}"
            : $"is not a field of this body{NameSuggestions.Suggestion(ParameterTexts.Shown(field), known)}"
                + $"write {string.Join(", ", known)}, for example {example}";

        bool BeginsField(string name) =>
            field.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            && (field.Length == name.Length || field[name.Length] is '.' or '[');
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
        && (!type.Charset.HasValue
            || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
}
