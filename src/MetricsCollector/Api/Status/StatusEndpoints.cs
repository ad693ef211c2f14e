using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Status;

/// <summary>The collector itself: <c>/api/v1/status</c>.</summary>
internal static class StatusEndpoints
{
    /// <summary>Maps GET /status below the group.</summary>
    public static void MapStatus(this IEndpointRouteBuilder api) =>
        api.MapGet("/status", Get)
            .WithTags("Status")
            .WithName("GetStatus")
            .WithSummary("The collector itself.")
            .WithDescription("""
                How targets, collection and store do, what waits to be written, what was dropped, and every reason why something does not
                work. `conditions` says what the newest snapshots show of the watched servers that needs somebody: sessions that block
                others, connections near their limit, ids near wraparound, lost replication slots.
                """)
            .ProducesRefusal()
            .WithExample(Examples.Status);

    private static Results<Ok<StatusResponse>, ProblemHttpResult> Get(HttpRequest request, CollectorStatus status) =>
        new Parameters(request.Query).Problem() is { } problem ? problem : TypedResults.Ok(status.Read());
}
