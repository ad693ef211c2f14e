using MetricsCollector.Api.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Status;

/// <summary>For load balancers and container platforms: <c>/healthz</c> and <c>/readyz</c>.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps GET /healthz and GET /readyz. Their 400 is the web server's own, for a request that is no HTTP; whatever is asked
    /// beside the path is ignored.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", Alive)
            .WithTags("Health")
            .AllowAnonymous()
            .DisableRateLimiting()
            .WithName("GetHealth")
            .WithSummary("Alive.")
            .WithDescription("200 while the process answers.")
            .WithProblem(StatusCodes.Status400BadRequest, "Bad Request", "The request is no HTTP.")
            .WithExample("""{ "status": "alive" }""");

        app.MapGet("/readyz", Ready)
            .WithTags("Health")
            .AllowAnonymous()
            .DisableRateLimiting()
            .WithName("GetReadiness")
            .WithSummary("Ready.")
            .WithDescription(
                "200 when the store takes snapshots and at least one target answers; 503 otherwise; `/api/v1/status` has the reasons.")
            .WithProblem(StatusCodes.Status400BadRequest, "Bad Request", "The request is no HTTP.")
            .Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable)
            .WithExample("""{ "status": "ready" }""")
            .WithExample("""{ "status": "notReady" }""", StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<HealthResponse> Alive() => TypedResults.Ok(new HealthResponse("alive"));

    private static Results<Ok<HealthResponse>, JsonHttpResult<HealthResponse>> Ready(CollectorStatus status)
    {
        // Everybody may ask this, so it says no more; /api/v1/status has the reasons.
        return status.NotReady().Count == 0
            ? TypedResults.Ok(new HealthResponse("ready"))
            : TypedResults.Json(new HealthResponse("notReady"), statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
