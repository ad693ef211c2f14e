using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Assignment;
using MetricsCollector.Collection.Targets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Targets;

/// <summary>The watched servers: <c>/api/v1/targets</c>.</summary>
internal static class TargetEndpoints
{
    private static readonly DeclaredParameter Name =
        CommonParameters.Target with { InPath = true, Required = true, Description = "Name of a target.", Example = "demo" };

    /// <summary>Maps GET /targets and GET /targets/{target} below the group.</summary>
    public static void MapTargets(this IEndpointRouteBuilder api)
    {
        api.MapGet("/targets", List)
            .WithName("ListTargets")
            .WithTags("Targets")
            .WithSummary("The watched servers.")
            .WithDescription(
                "State, role, version, databases and last collection of every target, and what cannot be read from it and why.")
            .ProducesRefusal()
            .WithExample($$"""{ "items": [{{Examples.Target}}], "nextCursor": null }""");

        api.MapGet("/targets/{target}", Get)
            .WithName("GetTarget")
            .WithTags("Targets")
            .WithSummary("One watched server.")
            .WithDescription("""
                State, role, version, databases and last collection of a target, and what cannot be read from it and why. `settings` is what
                PUT takes: to change one of them, GET the target, change `settings`, and PUT that; the connection string, which is never
                shown, stays when it is left out. Also shows a target that was turned off over the API.
                """)
            .WithParameters(Name)
            .ProducesParameterProblems()
            .WithExample(Examples.Target);
    }

    private static Results<Ok<Page<TargetResponse>>, ProblemHttpResult> List(
        HttpRequest request, TargetCollectors collectors, Fleet fleet) =>
        new Parameters(request.Query).Problem() is { } problem
            ? problem
            : TypedResults.Ok(
                new Page<TargetResponse>([.. collectors.All.Select(collector => TargetResponse.From(collector, fleet.State))], null));

    private static Results<Ok<TargetResponse>, ProblemHttpResult> Get(
        string target, HttpRequest request, TargetCollectors collectors, SavedTargetSet saved, Fleet fleet)
    {
        if (new Parameters(request.Query, Name).Problem() is { } problem)
        {
            return problem;
        }

        if (collectors.Find(target) is { } collector)
        {
            return TypedResults.Ok(TargetResponse.From(collector, fleet.State));
        }

        return saved.Disabled.FirstOrDefault(disabled => disabled.Name == target) is { } found
            ? TypedResults.Ok(TargetResponse.Disabled(found))
            : Unknown.Problem("target", target, collectors.All.Select(known => known.Target.Name));
    }
}
