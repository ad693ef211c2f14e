using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Http;

/// <summary>What is said of a request that never reached an endpoint: the routing refuses it with a status alone.</summary>
internal static class StatusCodeProblems
{
    /// <summary>The problem of an answer that has a status and nothing else.</summary>
    public static ProblemHttpResult Problem(HttpContext context) =>
        TypedResults.Problem(Detail(context), statusCode: context.Response.StatusCode);

    private static string? Detail(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "Nothing is at this path; /swagger shows what there is.",
        StatusCodes.Status405MethodNotAllowed =>
            $"This path is not for this method; it answers {string.Join(", ", context.Response.Headers.Allow.ToArray())}.",
        StatusCodes.Status415UnsupportedMediaType => JsonBody.NoJson,
        _ => null,
    };
}
