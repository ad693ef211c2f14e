using MetricsCollector.Collection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>The watched servers: <c>/api/v1/targets</c>.</summary>
internal static class TargetEndpoints
{
    private static readonly DeclaredParameter Name = CommonParameters.Target with { InPath = true, Required = true, Description = "Name of a target." };

    /// <summary>Maps GET /targets and GET /targets/{target} below the group.</summary>
    public static void MapTargets(this IEndpointRouteBuilder api)
    {
        api.MapGet("/targets", List)
            .WithName("ListTargets")
            .WithTags("Targets")
            .WithSummary("The watched servers.")
            .WithDescription("State, role, version, databases and last collection of every target, and what cannot be read from it and why.");

        api.MapGet("/targets/{target}", Get)
            .WithName("GetTarget")
            .WithTags("Targets")
            .WithSummary("One watched server.")
            .WithDescription("State, role, version, databases and last collection of a target, and what cannot be read from it and why.")
            .WithParameters(Name)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Ok<Page<TargetResponse>> List(TargetCollectors collectors) =>
        TypedResults.Ok(new Page<TargetResponse>([.. collectors.All.Select(TargetResponse.From)], null));

    private static Results<Ok<TargetResponse>, ProblemHttpResult> Get(string target, TargetCollectors collectors) =>
        collectors.Find(target) is { } collector
            ? TypedResults.Ok(TargetResponse.From(collector))
            : Unknown.Problem("target", target, collectors.All.Select(known => known.Target.Name));
}
